"""Two years of old copies with their evidence, written as the superuser in large statements; what is new lies on top.

Triggers are off for these statements only, and indexes are made afterwards, so that ten million copies take minutes.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from ravi.delivery.payload import freeze_payload

POST, CHANNEL = 999_999_001, 999_999_002  # stand in the template for each copy's own
TITLE = "نوبت دوم واکسن آنفلوانزا"
TEXT = "واکسن آنفلوانزا برای کارکنان بیمارستان‌ها و مراکز بهداشت از شنبه تزریق می‌شود؛ با کارت ملی بیایید. " * 2
CHANNELS = 360  # of each institution: six of each of its sixty units
PLATFORMS = "array['telegram','bale','eitaa','wordpress','mastodon','bluesky']"
BATCH_POSTS = 500
TABLES = ("delivery_delivery", "delivery_ledger", "delivery_attempt", "publishing_copy", "publishing_approval")

FOUND = """
insert into directory_channel (id, institution_id, unit_id, platform, adapter, handle, handle_key, link, address, purpose,
    state, state_note, state_at, listed, requested_at, sort_key, search_key, verified_note)
select (i.place - 1) * %(channels)s + n, i.id, u.ids[(n - 1) / 6 %% cardinality(u.ids) + 1],
    ({platforms})[n %% 6 + 1], 'sandbox', 'c' || n, 'c' || n, '', 'x/c' || n, 'news', 'active', '', now(), true, now(), '',
    '', ''
from unnest(%(institutions)s::bigint[]) with ordinality as i(id, place)
cross join lateral (select array_agg(id order by id) as ids from accounts_unit where institution_id = i.id) u
cross join generate_series(1, %(channels)s) n;
insert into delivery_slot (channel_id, institution_id, gap_s, rate_per_s, burst, urgency, hold_code, hold_detail)
select id, institution_id, 1, 30, 30, 2, '', '' from directory_channel
""".replace("{platforms}", PLATFORMS)

# Four of ten messages are the first institution's; the others share the rest.
POSTS = """
insert into publishing_post (id, institution_id, unit_id, author_id, title, typed_title, text, typed_text, as_typed, lang,
    link, topic, state, revision, created_at, edited_at, edited_by_id, submitted_at, approved_at, due_at)
select p.number, i.id, u.id, %(author)s, %(title)s || ' ' || p.number, %(title)s, %(text)s, %(text)s, '[]', 'fa', '',
    'health', 'approved', 1, p.at, p.at, %(author)s, p.at, p.at, p.at
from (
    select number, %(since)s::timestamptz + (%(until)s::timestamptz - %(since)s::timestamptz) * (number::float8 / %(posts)s)
        as at, case when number %% 10 < 4 then 1 else number %% (cardinality(%(institutions)s::bigint[]) - 1) + 2 end as place
    from generate_series(1, %(posts)s) number
) p
cross join lateral (select (%(institutions)s::bigint[])[p.place] as id) i
cross join lateral (select min(id) as id from accounts_unit where institution_id = i.id) u
"""
WRITERS = """
insert into publishing_writer (institution_id, post_id, person_id, since)
select institution_id, id, author_id, created_at from publishing_post where author_id is not null
"""
COPIES = """
with worded as (
    select (p.id - 1) * %(channels)s + n as id, p.id as post, p.institution_id, p.approved_at as at, c.id as channel,
        c.unit_id, c.platform, c.address, ((p.id - 1) * %(channels)s + n) * 7919 %% 10000 as luck,
        replace(replace(%(template)s, '{POST}', p.id::text), '{CHANNEL}', c.id::text) as payload
    from publishing_post p join directory_channel c on c.institution_id = p.institution_id
    cross join lateral (select (c.id - 1) %% %(channels)s + 1 as n) number
    where p.id between %(first)s and %(last)s
), fated as (
    select *, encode(sha256(convert_to(payload, 'UTF8')), 'hex') as hash, at + interval '1 second' * (1 + luck %% 60) as done,
        case when luck < 60 then 'failed' when luck < 90 then 'missed' when luck < 110 then 'cancelled'
            when luck < 111 or luck < 135 and at > %(until)s::timestamptz - interval '2 days' then 'unknown'
            when luck < 160 and at > %(until)s::timestamptz - interval '2 days' then 'held' else 'sent' end as state
    from worded
)
insert into delivery_delivery (id, institution_id, unit_id, platform, adapter, route, channel_id, target, bucket_key, lane,
    post_id, action, payload, content_hash, approved_hash, lateness_limit_s, key, due_at, miss_at, state, attempt, owner,
    sent_maybe, key_scope, looks, remote_id, link, error_code, error_detail, created_at, changed_at, first_called_at,
    unknown_at, sent_at, settled_at)
select id, institution_id, unit_id, platform, 'sandbox', 'direct', channel, address, 'bot:' || channel %% 65, 2, post,
    'publish', payload, hash, hash, 7200, md5(id::text), at, at + interval '2 hours', state, 1, 'host:1234',
    state = 'unknown', '', 0, case when state = 'sent' then id::text else '' end,
    case when state = 'sent' then 'https://' || platform || '.example/' || address || '/' || id else '' end,
    case state when 'failed' then 'forbidden' when 'missed' then 'late' when 'unknown' then 'no_answer'
        when 'held' then 'stop' else '' end, '', at, done, at,
    case when state = 'unknown' then done end, case when state = 'sent' then done end,
    case when state in ('sent', 'failed', 'missed', 'cancelled') then done end
from fated order by id
""".replace("{POST}", str(POST)).replace("{CHANNEL}", str(CHANNEL))
LEDGER = """
insert into delivery_ledger (institution_id, delivery_id, at, before, after, cause, code, attempt, owner)
select d.institution_id, d.id, case when v.place = 4 then d.changed_at else d.created_at end, v.before,
    coalesce(v.after, d.state), v.cause, case when v.place = 4 then d.error_code else '' end, least(v.place - 1, 1), v.owner
from delivery_delivery d
cross join (values (1, '', 'pending', 'ordered', ''), (2, 'pending', 'claimed', 'claim', 'host:1234'),
    (3, 'claimed', 'sending', 'fence', 'host:1234'), (4, 'sending', null, 'answer', 'host:1234'))
    as v(place, before, after, cause, owner)
where d.id between %(first)s and %(last)s
order by d.created_at, d.id, v.place
"""
ATTEMPTS = """
insert into delivery_attempt (institution_id, delivery_id, attempt, kind, owner, called_at, ended_at, outcome, detail, evidence)
select institution_id, id, 1, 'call', owner, created_at, changed_at, coalesce(nullif(error_code, ''), state), '',
    case when state = 'sent' then '' else 'HTTP 403' end
from delivery_delivery where id between %(first)s and %(last)s and state in ('sent', 'failed', 'unknown') order by id
"""
FROZEN = """
insert into publishing_copy (institution_id, post_id, revision, channel_id, platform, variant_name, payload, content_hash,
    problems, frozen_at)
select institution_id, post_id, 1, channel_id, platform, 'short', payload, content_hash, '[]', created_at
from delivery_delivery where id between %(first)s and %(last)s order by id
"""
YES = """
insert into publishing_approval (institution_id, copy_id, content_hash, author_id, approver_id, at)
select c.institution_id, c.id, c.content_hash, %(author)s, %(approver)s, c.frozen_at from publishing_copy c
"""
TOLD = """
insert into publishing_trouble (institution_id, delivery_id, state, attempt, told_at)
select institution_id, id, state, attempt, changed_at from delivery_delivery where state in ('failed', 'missed', 'unknown')
"""
PENDING_POSTS = """
insert into publishing_post (id, institution_id, unit_id, author_id, title, typed_title, text, typed_text, as_typed, lang,
    link, topic, state, revision, created_at, edited_at, edited_by_id, submitted_at, approved_at, due_at)
select %(posts)s + id, institution_id, unit_id, author_id, title, typed_title, text, typed_text, '[]', 'fa', '', topic,
    'approved', 1, now(), now(), edited_by_id, now(), now(), now()
from publishing_post where id <= ceil(%(count)s / {channels}.0)
""".replace("{channels}", str(CHANNELS))
PENDING = """
with numbered as (select *, row_number() over (order by d.id) as n from delivery_delivery d where d.id <= %(count)s),
woken as (
    update delivery_slot s set wake_at = now() from (select distinct channel_id from numbered) c
    where s.channel_id = c.channel_id
)
insert into delivery_delivery (institution_id, unit_id, platform, adapter, route, channel_id, target, bucket_key, lane,
    post_id, action, payload, content_hash, approved_hash, lateness_limit_s, key, due_at, miss_at, state, attempt, owner,
    sent_maybe, key_scope, looks, remote_id, link, error_code, error_detail, created_at, changed_at)
select institution_id, unit_id, platform, adapter, route, channel_id, target, bucket_key, 2, %(posts)s + post_id, 'publish',
    payload, content_hash, approved_hash, 7200, 'pending' || n, t.due, t.due + interval '2 hours', 'pending', 0, '', false,
    '', 0, '', '', '', '', now(), now()
from numbered cross join lateral (select now() + interval '1 day' * (n %% 25) as due) t
"""
INDEXES = """
select i.indexrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid), pg_get_indexdef(i.indexrelid),
    i.indrelid::regclass::text
from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.conrelid = i.indrelid
where i.indrelid = any(%s::text[]::regclass[]) and i.indexrelid::regclass::text <> 'delivery_delivery_pkey'
    and i.indexrelid::regclass::text <> 'publishing_copy_pkey'
order by 1
"""


@dataclass(frozen=True, slots=True)
class Size:
    """`frozen`: for how many of the latest posts the frozen copies and their approvals are there as well."""

    rows: int
    months: int = 24
    pending: int = 100_000
    frozen: int = 2_000
    writers: int = 4

    @property
    def posts(self) -> int:
        return max(1, self.rows // CHANNELS)


@dataclass(slots=True)
class Archive:
    """`url` is the superuser's; the institutions and the people stand there already."""

    url: str = field(repr=False)
    institutions: list[int]
    author: int
    approver: int
    size: Size
    tell: Callable[[str], None]
    connection: psycopg.Connection[Any] = field(init=False)

    def __post_init__(self) -> None:
        self.connection = psycopg.connect(self.url, autocommit=True)

    def make(self) -> None:
        """Everything, in this order."""
        for step in (self.found, self.fill, self.line_up, self.tidy):
            step()
            self.tell(f"{step.__name__}: done")

    def found(self) -> None:
        """The channels, each with its place in the line, and the months."""
        self._run("set session_replication_role = replica")
        values = {"institutions": self.institutions, "channels": CHANNELS}
        for statement in FOUND.split(";\n"):
            self._run(statement, values)
        self._run("set role ravi_owner")
        for table in ("delivery_ledger", "delivery_attempt"):
            self._run(
                "select delivery_make_month(%(table)s, (now() - n * interval '1 month')::date)"
                " from generate_series(0, %(months)s) n",
                {"table": table, "months": self.size.months},
            )
        self._run("reset role")

    def fill(self) -> None:
        """The old messages with all their copies."""
        values = self._values()
        self._run("set maintenance_work_mem = '512MB'")
        self._run(POSTS, values)
        self._run(WRITERS)
        with self._without_indexes():
            firsts = range(1, self.size.posts + 1, BATCH_POSTS)
            with ThreadPoolExecutor(self.size.writers) as pool:
                for last in pool.map(lambda first: self._write(first, values), firsts):
                    self.tell(f"{last * CHANNELS} copies")
            start = max(0, self.size.posts - self.size.frozen) * CHANNELS + 1
            self._run(FROZEN, {"first": start, "last": self.size.rows})
            self._run(YES, values)
            self.tell("making the indexes")
        self._run("select setval('delivery_delivery_id_seq', max(id) + 1) from delivery_delivery")
        self._run(TOLD)

    def _write(self, first: int, values: dict[str, Any]) -> int:
        """The copies of some messages in a connection of their own; the last message."""
        last = min(first + BATCH_POSTS - 1, self.size.posts)
        ids = {"first": (first - 1) * CHANNELS + 1, "last": last * CHANNELS}
        with psycopg.connect(self.url) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute(COPIES.encode(), values | {"first": first, "last": last})
            connection.execute(LEDGER.encode(), ids)
            connection.execute(ATTEMPTS.encode(), ids)
        return last

    def line_up(self) -> None:
        """Copies that still have to go: one of 25 today, the others in the coming weeks."""
        self._run(PENDING_POSTS, {"count": self.size.pending, "posts": self.size.posts})
        self._run(PENDING, {"count": self.size.pending, "posts": self.size.posts})

    def tidy(self) -> None:
        """What autovacuum does in time."""
        for table in (*TABLES, "publishing_post", "publishing_writer", "publishing_trouble", "delivery_slot"):
            self._run(f"vacuum (analyze) {table}")
        self._run("analyze")

    def sizes(self) -> dict[str, tuple[int, int, int]]:
        """Table -> (rows, bytes of rows, bytes of indexes), with all months."""
        found = self.connection.execute(
            """select coalesce(inhparent::regclass, c.oid::regclass)::text, sum(c.reltuples)::bigint,
                   sum(pg_table_size(c.oid))::bigint, sum(pg_indexes_size(c.oid))::bigint
               from pg_class c left join pg_inherits on inhrelid = c.oid
               where c.relkind = 'r' and c.relname ~ '^(delivery|publishing)_' group by 1 having sum(c.reltuples) > 1000
               order by 3 desc"""
        ).fetchall()
        return {row[0]: (row[1], row[2], row[3]) for row in found}

    def _values(self) -> dict[str, Any]:
        row = self.connection.execute(
            "select now() - %s * interval '1 month' + interval '1 day', now() - interval '1 hour'", [self.size.months]
        ).fetchone()
        assert row is not None
        return {
            "institutions": self.institutions, "channels": CHANNELS, "posts": self.size.posts, "author": self.author,
            "approver": self.approver, "since": row[0], "until": row[1], "title": TITLE, "text": TEXT,
            "template": freeze_payload(post_id=POST, channel_id=CHANNEL, text=TEXT, title=TITLE),
        }  # fmt: skip

    @contextmanager
    def _without_indexes(self) -> Iterator[None]:
        found = self.connection.execute(INDEXES, [list(TABLES)]).fetchall()
        for name, constraint, _definition, _index, table in found:
            if constraint:
                self._run(f'alter table {table} drop constraint "{constraint}" cascade')
            else:
                self._run(f"drop index {name}")
        yield
        for _name, constraint, definition, index, table in found:
            if constraint:
                self._run(f'alter table {table} add constraint "{constraint}" {definition}')
            else:
                self._run(index.replace(" ON ONLY ", " ON "))  # of a table with months: on each of them

    def _run(self, statement: str, values: dict[str, Any] | None = None) -> None:
        self.connection.execute(statement.encode(), values)
