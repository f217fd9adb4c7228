"""No follower's and no commenter's identity: over all columns, over what was really stored, and over what readings keep."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.delivery.doors import Doors
from ravi.delivery.models import Delivery, Reading, Slot
from ravi.delivery.readings.plan import LEASE_S, Abilities
from ravi.delivery.readings.reader import Reader, abilities
from ravi.delivery.readings.values import Answer, Due, Question
from ravi.delivery.worker import EngineSettings, Parts
from ravi.directory.models import Errand
from ravi.platforms import registry
from ravi.platforms.contract import HttpAnswer
from tests.architecture.identities import identities_in, names_a_reader
from tests.city import build_city, without_posts
from tests.sandbox import running_sandbox

# Our own people sign in under these names, and our own bots and channels have them in receipts.
OWN_COLUMNS = {
    "accounts_person.username",
    "axes_accessattempt.username",
    "axes_accessfailurelog.username",
    "axes_accesslog.username",
}
OWN_KEYS = frozenset({("chat", "username"), ("from", "username"), ("sender_chat", "username")})
COLUMNS = "select table_name, column_name from information_schema.columns where table_schema = 'public'"
TEXTS = """
select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0
    and not a.attisdropped and a.atttypid in ('text'::regtype, 'varchar'::regtype, 'jsonb'::regtype, 'json'::regtype)
"""


def columns_that_name_a_reader(admin: Any) -> set[str]:
    found = {f"{table}.{column}" for table, column in admin.execute(COLUMNS).fetchall() if names_a_reader(column)}
    return found - OWN_COLUMNS


def stored_texts(admin: Any) -> Iterator[str]:
    """Every text that holds JSON or the beginning of it, in every table."""
    for table, column in admin.execute(TEXTS).fetchall():
        query = f'select "{column}"::text from "{table}" where strpos("{column}"::text, chr(123)) > 0'
        yield from (row[0] for row in admin.execute(query.encode()).fetchall())


# Names


@pytest.mark.django_db
def test_no_column_could_hold_who_reads(shared_admin: Any) -> None:
    assert columns_that_name_a_reader(shared_admin) == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "planted", ["follower_id", "commenter_name", "author_handle", "liked_by", "subscriber_name", "from_user", "viewers"]
)
def test_a_column_that_could_is_found(shared_admin: Any, planted: str) -> None:
    with shared_admin.transaction(force_rollback=True):
        shared_admin.execute(f"alter table delivery_reading_due add column {planted} text".encode())
        assert columns_that_name_a_reader(shared_admin) == {f"delivery_reading_due.{planted}"}


@pytest.mark.parametrize(
    "name", ["followers_count", "reactions", "by_id", "owner", "member_count", "viewport", "fanout"]
)
def test_a_count_is_no_name(name: str) -> None:
    assert not names_a_reader(name)


@pytest.mark.parametrize(
    ("stored", "found"),
    [
        ('HTTP 200 {"ok": true, "likes": 3, "followers": 12}', set()),
        ('HTTP 200 {"ok": true, "result": {"chat": {"username": "ours"}}}', set()),
        ('HTTP 200 {"posts": [{"id": 1, "likedBy": [{"did": "x"}]}]}', {("posts", "likedBy")}),
        ('HTTP 200 {"comments": [{"commenter_name": "x", "text": "', {("commenter_name",)}),  # cut off
        ('{"followers": ["x"]}', {("followers",)}),
        ('text before {"a": 1} and {"actor": {"user_name": "x"}}', {("actor", "user_name")}),
    ],
)
def test_stored_answers_are_read_to_their_keys(stored: str, found: set[tuple[str, ...]]) -> None:
    assert identities_in([stored], OWN_KEYS) == found


# What was really stored


def test_a_whole_life_stores_nobody(fresh_database: Any, tmp_path: Any) -> None:
    """Six platforms publish, correct, are checked and counted; then every stored text of every table is read."""
    with running_sandbox(tmp_path / "sandbox") as sandbox:
        now = clock.now()
        with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
            without_posts(admin)
        city = build_city(sandbox, tmp_path / "keys", now, units=1)
        first = city.order(1, now)
        city.order(1, now, [city.channels[0]], action="edit", of=first[0], text="تصحیح")
        with tenant(city.institution_id):
            for channel in city.channels:
                Errand.objects.create(institution_id=city.institution_id, channel=channel, asked_at=now)
        environ = {"RAVI_EGRESS_ALLOW": f"127.0.0.1:{sandbox.port}"}
        _live(EngineSettings(fresh_database.engine, city.keys_folder, environ), city.institution_id)
    with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
        stored = list(stored_texts(admin))
        assert any(text.startswith("HTTP 200 {") for text in stored)  # receipts are among them
        assert identities_in(stored, OWN_KEYS) == set()
        admin.execute(
            "insert into delivery_attempt (institution_id, delivery_id, attempt, kind, owner, ended_at, outcome, detail,"
            " evidence) select institution_id, id, 9, 'look', 'x', now(), 'x', '', %s from delivery_delivery limit 1",
            ['HTTP 200 {"reactions": [{"reactor_id": 7, "text": "cut he'],
        )
        assert identities_in(stored_texts(admin), OWN_KEYS) == {("reactor_id",)}


def _live(settings: EngineSettings, institution_id: int) -> None:
    """First the copies go out and the keys are checked, then the numbers are read: they would wait a minute for copies."""
    _run(settings, institution_id, _has_settled, Abilities({}, {}))
    _run(settings, institution_id, lambda: Reading.objects.count() >= 4, abilities())


def _has_settled() -> bool:
    is_out = not Delivery.objects.exclude(state="sent").exists() and not Errand.objects.filter(done_at=None).exists()
    return is_out and not Slot.objects.exclude(wake_at=None).exists()


def _run(settings: EngineSettings, institution_id: int, is_done: Callable[[], bool], able: Abilities) -> None:
    def asked() -> bool:
        from django.db import connection

        try:
            with tenant(institution_id):
                return is_done()
        finally:
            connection.close()

    async def work() -> None:
        parts = Parts.of(settings, "test", lambda *_, **__: None)
        parts.readings.able = able
        task = asyncio.create_task(parts.run())
        try:
            async with asyncio.timeout(120):
                while not await asyncio.to_thread(asked):  # noqa: ASYNC110 -- what is waited for is in PostgreSQL
                    await asyncio.sleep(0.05)
        finally:
            parts.engine.end()
            await task

    asyncio.run(work())


# What readings keep of an answer, whatever it says

GOSSIP = "مریم رستگار"
TALKATIVE = (
    '{"ok": %s, "result": 7, "count": 7, "followers_count": 7, "id": "1", "username": "ours", "acct": "ours",'
    ' "error": {"code": "مریم رستگار", "message": "مریم رستگار"}, "message": "مریم رستگار",'
    ' "followersCount": 7, "did": "did:x", "handle": "ours", "accessJwt": "x.y.z", "refreshJwt": "x.y.z",'
    ' "numbers": {"1": {"reactions": 3, "shares": 1, "replies": 0, "liked_by": ["مریم رستگار"]}},'
    ' "favourites_count": 3, "reblogs_count": 1, "replies_count": 0, "favourited_by": [{"acct": "مریم رستگار"}]}'
)


class Gossip:
    """The edge of the network: answers every question with names."""

    def __init__(self, status: int, ok: str) -> None:
        self.status, self.ok = status, ok

    @property
    def http(self) -> "Gossip":
        return self

    @property
    def smtp(self) -> Any:
        raise AssertionError("numbers come over HTTP")

    async def request(self, *_: Any, **__: Any) -> HttpAnswer:
        headers = {"retry-after": "7", "content-type": "application/json"}
        return HttpAnswer(self.status, headers, (TALKATIVE % self.ok).encode(), datetime(2026, 11, 26, tzinfo=UTC))


class Ways:
    def __init__(self, gossip: Gossip) -> None:
        self.gossip = gossip

    async def transport(self, _route: str) -> Any:
        return self.gossip


class Keys:
    def open(self, _channel: int, _box: bytes | None, kind: type[Any]) -> Any:
        given = {one.name: "https://example.org" for one in fields(kind)}
        return type("Opened", (), {"values": kind(**given), "scope": "x"})


class Boxes:
    async def of(self, _channel: int) -> bytes:
        return b"x"


class Clock:
    def now(self) -> float:
        return 0.0

    async def sleep(self, _seconds: float) -> None: ...

    def timeout(self, seconds: float) -> Any:
        return asyncio.timeout(seconds)


ABLE = abilities()
ASKED = [(way, "followers") for way in ABLE.counts] + [(way, "post") for way in ABLE.measures]


@pytest.mark.parametrize(("way", "what"), ASKED)
@pytest.mark.parametrize(
    ("status", "ok"), [(200, "true"), (200, "false"), (400, "false"), (429, "false"), (500, "true")]
)
async def test_nothing_of_an_answer_is_kept_but_numbers(way: tuple[str, str], what: str, status: int, ok: str) -> None:
    able = ABLE.counts if what == "followers" else ABLE.measures
    row = Due(
        1, 1, 1, None if what == "followers" else 5, way[1], way[0], f"{way[1]}/ours", "direct", "1", 0.0, 0.0, 0, "k",
        True, False, False,
    )  # fmt: skip
    reader = Reader(Doors(Boxes(), Keys(), Ways(Gossip(status, ok)), Clock()))  # type: ignore[arg-type]
    answer = await reader.ask(Question((row,), LEASE_S, able[way]))
    assert isinstance(answer, Answer)
    assert GOSSIP not in repr(answer) and "ours" not in repr(answer)
    assert all(type(value) is int for numbers in answer.numbers.values() for value in numbers.values())
    if status == 429:
        assert (answer.outcome, answer.retry_after_s) == ("limited", 7)


def test_every_platform_that_tells_anything_is_asked() -> None:
    assert {platform for _kind, platform in ABLE.counts} >= {"telegram", "bale", "mastodon", "bluesky"}
    assert set(registry.kinds()) >= {kind for kind, _platform in ABLE.counts}
