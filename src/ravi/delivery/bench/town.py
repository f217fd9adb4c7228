"""The bench's own database: channels with sealed credentials and copies, written as the superuser in large statements.

Triggers are off for these statements only, so that a million copies are there in a minute; the engines meet them all.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from ravi.core.canonical import canonical_json
from ravi.core.crypto import generate_keypair, seal
from ravi.delivery.payload import freeze_payload
from ravi.directory.errands import credential_aad

POST, CHANNEL = 999_999_001, 999_999_002  # stand in the template for each copy's own
TEXT = "واکسن آنفلوانزا برای کارکنان بیمارستان‌ها و مراکز بهداشت از شنبه تزریق می‌شود. " * 6
BOTS = 65
KEY_ID = "bench"

INSTITUTION = """
insert into accounts_institution (id, name, slug, is_demo, created_at) values (1, 'bench', 'bench', false, now())
"""
CHANNELS = """
insert into directory_channel (id, institution_id, unit_id, platform, adapter, handle, handle_key, link, address, purpose,
    state, state_note, state_at, listed, requested_at, sort_key, search_key, verified_note)
select n, 1, n %% 60 + 1, 'telegram', 'sandbox', 'c' || n, 'c' || n, '', 'telegram/c' || n, 'news', 'active', '', now(),
    true, now(), '', '', ''
from generate_series(1, %(count)s) n
"""
CREDENTIALS = """
insert into directory_credential (institution_id, channel_id, box, key_id, fingerprint, set_at)
select 1, v.channel, v.box, %(key_id)s, '', now() from unnest(%(channels)s::bigint[], %(boxes)s::bytea[]) v(channel, box)
"""
COPIES = f"""
with copy as (
    select n, (n - 1) %% %(channels)s + 1 as channel, %(post)s + (n - 1) / %(channels)s as post,
        to_timestamp(%(due_at)s + (n - 1) * %(every_s)s) as due_at
    from generate_series(1, %(count)s) n
), worded as (
    select *, replace(replace(%(template)s, '{POST}', post::text), '{CHANNEL}', channel::text) as payload from copy
), ordered as (
    insert into delivery_delivery (institution_id, unit_id, platform, adapter, route, channel_id, target, bucket_key, lane,
        post_id, action, payload, content_hash, approved_hash, lateness_limit_s, key, due_at, miss_at, state, attempt,
        owner, sent_maybe, key_scope, looks, remote_id, link, error_code, error_detail, created_at, changed_at)
    select 1, channel %% 60 + 1, 'telegram', 'sandbox', 'direct', channel, 'telegram/c' || channel,
        'bench:' || channel %% %(bots)s, 2, post, 'publish', payload, hash, hash, 7200,
        replace(gen_random_uuid()::text, '-', ''), due_at, due_at + interval '2 hours', 'pending', 0, '', false, '', 0, '',
        '', '', '', now(), now()
    from (select *, encode(sha256(convert_to(payload, 'UTF8')), 'hex') as hash from worded) v
    order by n
    returning id, channel_id, due_at
), written as (
    insert into delivery_ledger (institution_id, delivery_id, at, before, after, cause, code, attempt, owner)
    select 1, id, now(), '', 'pending', 'ordered', '', 0, '' from ordered
), lined_up as (
    insert into delivery_slot (channel_id, institution_id, gap_s, rate_per_s, burst, wake_at, urgency, hold_code,
        hold_detail)
    select channel_id, 1, %(gap_s)s, %(rate_per_s)s, %(burst)s, min(due_at), 2, '', '' from ordered group by channel_id
    on conflict (channel_id) do update set wake_at = least(delivery_slot.wake_at, excluded.wake_at)
)
select min(id), max(id) from ordered
"""  # noqa: S608 -- built from constants
TABLES = ("delivery_delivery", "delivery_slot", "delivery_ledger", "directory_channel", "directory_credential")
LEFT = """
select (select count(*) from delivery_slot where busy_id is not null)
    + (select count(*) from delivery_slot where busy_id is null and wake_at <= to_timestamp(%(until)s))
"""
TIMES = """
select extract(epoch from a.called_at)::float8, extract(epoch from a.ended_at)::float8,
    extract(epoch from a.called_at - d.due_at)::float8, d.channel_id
from delivery_attempt a join delivery_delivery d on d.id = a.delivery_id
where a.kind = 'call' and d.id between %(first)s and %(last)s
"""
STATES = "select state, count(*) from delivery_delivery where id between %(first)s and %(last)s group by state"
LINKED = """
select count(*), coalesce(sum((body::jsonb->'facts'->>'rows')::int), 0) from core_audit_entry where verb = 'delivery.batch'
"""
SERVER = "select current_setting('server_version'), current_setting('synchronous_commit'), current_setting('fsync')"


@dataclass(frozen=True, slots=True)
class Pace:
    """Spacing on one channel and pace of one credential, and how many credentials the channels share."""

    gap_s: float
    rate_per_s: float
    burst: int
    bots: int = BOTS


@dataclass(frozen=True, slots=True)
class Batch:
    """Copies that were ordered together: the ids of the first and the last."""

    first: int
    last: int


@dataclass(slots=True)
class Town:
    """One institution; its copies are written here and looked at afterwards."""

    url: str = field(repr=False)
    connection: psycopg.Connection[Any] = field(init=False)
    _post: int = 1

    def __post_init__(self) -> None:
        self.connection = psycopg.connect(self.url, autocommit=True)
        self.connection.execute("set session_replication_role = replica")

    def close(self) -> None:
        """Nothing more is asked of the database."""
        self.connection.close()

    def found(self, channels: int, with_credentials: int, stub_url: str, keys_folder: Path) -> None:
        """The institution with its channels; the first ones get a credential that leads to the stub."""
        self.connection.execute(INSTITUTION)
        self.connection.execute(CHANNELS, {"count": channels})
        private, public = generate_keypair()
        keys_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (keys_folder / f"{KEY_ID}.key").write_text(base64.urlsafe_b64encode(private).decode())
        opened = canonical_json({"base_url": stub_url, "token": "a token of the bench"})
        numbers = range(1, with_credentials + 1)
        boxes = [seal(opened, public_key=public, key_id=KEY_ID, aad=credential_aad(number)) for number in numbers]
        values = {"channels": list(numbers), "boxes": boxes, "key_id": KEY_ID}
        self.connection.execute(CREDENTIALS, values)

    def order(self, count: int, channels: int, pace: Pace, *, due_at: float, every_s: float = 0.0) -> Batch:
        """`count` copies, one after the other over the channels, due `every_s` apart; the engines are woken."""
        values = {
            "count": count, "channels": channels, "post": self._post, "due_at": due_at, "every_s": every_s,
            "template": freeze_payload(post_id=POST, channel_id=CHANNEL, text=TEXT, title="bench"),
            "gap_s": pace.gap_s, "rate_per_s": pace.rate_per_s, "burst": pace.burst, "bots": pace.bots,
        }  # fmt: skip
        self._post += count // channels + 1
        with self.connection.transaction():
            first, last = self.rows(COPIES, values)[0]
            for table in TABLES:
                self.connection.execute(f"analyze {table}")
            self.connection.execute("select pg_notify('ravi_delivery', '')")
        return Batch(first, last)

    def tidy(self) -> None:
        """What autovacuum does in time, and a checkpoint, so that neither falls into a measurement by chance."""
        for table in (*TABLES, "delivery_attempt", "core_audit_entry"):
            self.connection.execute(f"vacuum (analyze) {table}")
        self.connection.execute("checkpoint")

    def left(self, until: float) -> int:
        """How many channels have something in hand or due before `until`."""
        return int(self.rows(LEFT, {"until": until})[0][0])

    def engines_alive(self) -> int:
        """How many engines have said that they live."""
        return int(self.rows("select count(*) from delivery_worker where ended_at is null", {})[0][0])

    def times(self, batch: Batch) -> list[tuple[float, float, float, int]]:
        """Each call: when it began, when it was settled, how late it began after it was due, and its channel."""
        rows = self.rows(TIMES, {"first": batch.first, "last": batch.last})
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def states(self, batch: Batch) -> dict[str, int]:
        """How many copies are where."""
        return dict(self.rows(STATES, {"first": batch.first, "last": batch.last}))

    def linked(self) -> tuple[int, int]:
        """(links of the audit chain, rows of the ledger that they hold)."""
        links, rows = self.rows(LINKED, {})[0]
        return int(links), int(rows)

    def commits(self) -> float:
        """How many transactions this database has committed."""
        return float(self.rows("select xact_commit from pg_stat_database where datname = current_database()", {})[0][0])

    def server(self) -> tuple[str, str, str]:
        """Version, synchronous_commit, fsync."""
        version, commit, fsync = self.rows(SERVER, {})[0]
        return str(version), str(commit), str(fsync)

    def rows(self, statement: str, values: dict[str, Any]) -> Sequence[Any]:
        """All rows of one statement."""
        return self.connection.execute(statement.encode(), values or None).fetchall()
