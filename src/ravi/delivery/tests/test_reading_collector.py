"""The collector on PostgreSQL and the sandbox: what is read when, what is kept, and what it leaves alone."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest

from ravi.core.tenancy import tenant
from ravi.delivery.boxes import Boxes
from ravi.delivery.credentials import KeyFolder
from ravi.delivery.doors import Doors
from ravi.delivery.models import Bucket, Delivery, Reading, ReadingDue, Slot
from ravi.delivery.readings.collector import ReadingCollector
from ravi.delivery.readings.reader import Reader, abilities
from ravi.delivery.readings.store import ReadingStore
from ravi.delivery.routes import Routes
from ravi.delivery.rules import Action, Lane
from ravi.delivery.store.connection import Line
from ravi.directory.models import Channel, Credential
from tests.city import City, build_city
from tests.sandbox import Sandbox, running_sandbox

SENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class SetClock:
    """Stands at a moment until it is set to another; the played platforms follow it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.set(SENT)

    def set(self, moment: datetime) -> None:
        self.moment = moment
        self.sandbox.clock(moment.isoformat())

    def now(self) -> float:
        return self.moment.timestamp()

    async def sleep(self, _seconds: float) -> None: ...

    def timeout(self, seconds: float) -> Any:
        return asyncio.timeout(seconds)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def sandbox(shared: Sandbox) -> Iterator[Sandbox]:
    shared.faults()
    yield shared


@pytest.fixture
def world(sandbox: Sandbox) -> SetClock:
    return SetClock(sandbox)


@pytest.fixture
def city(fresh_database: Any, sandbox: Sandbox, tmp_path: Path, world: SetClock) -> City:
    return build_city(sandbox, tmp_path / "keys", SENT, units=1, slug=tmp_path.name[-20:].replace("_", "-"))


@pytest.fixture
def sent(city: City, sandbox: Sandbox, fresh_database: Any) -> Callable[..., dict[str, Any]]:
    """A copy on each channel that went out at that moment, as an engine would have left it; by platform."""

    def send(post: int, at: datetime = SENT) -> dict[str, Any]:
        city.order(post, at)
        with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
            for channel in city.channels:
                remote_id = _publish(sandbox, channel, post)
                admin.execute(
                    "update delivery_delivery set state = 'sent', sent_at = %s, settled_at = %s, remote_id = %s"
                    " where post_id = %s and channel_id = %s",
                    [at, at, remote_id, post, channel.pk],
                )
            admin.execute("update delivery_slot set busy_id = null, wake_at = null")
        with tenant(city.institution_id):
            return {one.platform: one for one in Delivery.objects.filter(post_id=post)}

    return send


def _publish(sandbox: Sandbox, channel: Any, post: int) -> str:
    import json
    import urllib.request

    from tests.city import TOKEN

    request = urllib.request.Request(
        f"{sandbox.url}/api/{channel.platform}/{channel.handle}/posts",
        json.dumps({"key": f"{post}", "text": "سلام", "title": "خبر"}).encode(),
        {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(json.loads(answer.read())["id"])


@pytest.fixture
def collect(city: City, world: SetClock, fresh_database: Any, sandbox: Sandbox) -> Callable[..., list[dict[str, Any]]]:
    """Rounds at that moment, and twice when the slowest pace allows the next one; what was logged."""

    def run(moment: datetime) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = []

        async def work() -> None:
            line = Line(fresh_database.engine, "readings")
            routes = Routes({"RAVI_EGRESS_ALLOW": f"127.0.0.1:{sandbox.port}"}, 20)
            reader = Reader(Doors(Boxes(line), KeyFolder(city.keys_folder), routes, world))
            collector = ReadingCollector(
                ReadingStore(line), reader, abilities(), world, lambda _event, /, **facts: lines.append(facts)
            )
            try:
                for later_s in (0, 80, 160):
                    world.set(moment + timedelta(seconds=later_s))
                    while await collector.once():
                        pass
            finally:
                await collector.close()
                await routes.close()

        asyncio.run(work())
        return lines

    return run


def told(city: City, delivery: Any = None) -> dict[str, list[int]]:
    """Kind -> the values in the order of time, of one copy or of all channels."""
    with tenant(city.institution_id):
        found: dict[str, list[int]] = {}
        for one in Reading.objects.filter(delivery=delivery).order_by("taken_at", "pk"):
            found.setdefault(one.kind, []).append(one.value)
        return found


def test_what_a_platform_tells_is_kept_and_what_it_does_not_tell_has_no_row(city, sent, collect):
    copies = sent(1)
    collect(SENT + timedelta(hours=2))
    collect(SENT + timedelta(hours=7))
    assert len(told(city)["followers"]) == 4  # Telegram, Bale, Mastodon, Bluesky; Eitaa and websites tell nothing
    for platform in ("mastodon", "bluesky"):
        numbers = told(city, copies[platform])
        assert set(numbers) == {"reactions", "shares", "replies"}
    for platform in ("telegram", "bale", "eitaa", "wordpress"):
        assert told(city, copies[platform]) == {}
    with tenant(city.institution_id):
        assert set(Reading.objects.values_list("source", "by_id", "evidence_link", "evidence_sha256")) == {
            ("api", None, "", "")
        }


def test_a_posts_numbers_grow_along_its_schedule_and_end_with_it(city, sent, collect):
    copy = sent(1)["mastodon"]
    for hours in (1, 2, 6, 7, 24, 30, 72, 100, 168, 200, 720, 800):
        collect(SENT + timedelta(hours=hours, minutes=1))
    reactions = told(city, copy)["reactions"]
    assert len(reactions) == 6
    assert reactions == sorted(reactions) and reactions[-1] > reactions[0]
    with tenant(city.institution_id):
        assert ReadingDue.objects.get(delivery=copy).ended_at is not None
        assert Reading.objects.filter(delivery=None, channel_id=copy.channel_id).count() == 8  # once a day, when asked


def test_an_engine_that_starts_later_reads_each_copy_of_the_month_once(city, sent, collect):
    copy = sent(1)["bluesky"]
    too_old = sent(2, SENT - timedelta(days=31))["bluesky"]
    for _ in range(2):
        collect(SENT + timedelta(days=2))
        assert {kind: len(values) for kind, values in told(city, copy).items()} == dict.fromkeys(
            ("reactions", "replies", "shares"), 1
        )
    assert told(city, too_old) == {}


def test_a_post_that_is_gone_or_taken_back_is_read_no_more(city, sent, collect, sandbox, fresh_database):
    first, second = sent(1), sent(2)
    collect(SENT)
    city.order(2, SENT, [city.channels[4]], action=Action.DELETE, of=second["mastodon"].pk, lane=Lane.CORRECTION)
    with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
        admin.execute("update delivery_delivery set state = 'sent', sent_at = %s where action = 'delete'", [SENT])
        admin.execute("update delivery_slot set busy_id = null, wake_at = null")
        # Gone at the platform, as if somebody had removed it there.
        admin.execute("update delivery_delivery set remote_id = '999' where id = %s", [first["mastodon"].pk])
    collect(SENT + timedelta(hours=2))
    with tenant(city.institution_id):
        codes = dict(ReadingDue.objects.exclude(ended_at=None).values_list("delivery_id", "code"))
        assert codes == {first["mastodon"].pk: "gone", second["mastodon"].pk: "removed"}
    assert told(city, first["mastodon"]) == {} and told(city, second["mastodon"]) == {}


def test_a_not_now_is_obeyed_and_holds_back_no_copy(city, sent, collect, sandbox):
    copy = sent(1)["mastodon"]
    sandbox.faults(reading_limited_every=1, retry_after_s=1800, only_platform="mastodon")
    at = SENT + timedelta(hours=1)
    collect(at)
    sandbox.faults()
    assert told(city, copy) == {}
    with tenant(city.institution_id):
        due = ReadingDue.objects.get(delivery=copy)
        assert (due.failures, due.due_at >= at + timedelta(seconds=1799)) == (0, True)
        key = f"channel:{copy.channel_id}"
        paused = dict(Bucket.objects.filter(key__endswith=key).values_list("key", "paused_until"))
        assert paused[key] is None and paused[f"reading:{key}"] >= at + timedelta(seconds=1799)
    collect(at + timedelta(minutes=20))
    assert told(city, copy) == {}
    collect(at + timedelta(minutes=40))
    assert set(told(city, copy)) == {"reactions", "shares", "replies"}


def test_a_refused_key_marks_nothing_and_is_tried_ever_more_rarely(city, sent, collect, sandbox):
    copy = sent(1)["mastodon"]
    channel = city.channels[4]
    sandbox.register(channel.platform, channel.handle, token="another token")
    lines = collect(SENT + timedelta(hours=1))
    assert {line["code"] for line in lines if line["channel"] == channel.pk} == {"CredentialsRefused"}
    collect(SENT + timedelta(hours=1, minutes=2))
    with tenant(city.institution_id):
        assert ReadingDue.objects.get(delivery=copy).failures >= 2
        assert Slot.objects.get(pk=channel.pk).hold_code == ""
        assert Delivery.objects.get(pk=copy.pk).state == "sent"
        assert Channel.objects.get(pk=channel.pk).state == "active"


def test_numbers_wait_while_a_copy_of_the_same_key_is_due(city, sent, collect):
    sent(1)
    at = SENT + timedelta(hours=1)
    city.order(2, SENT, [city.channels[4]], due_at=at + timedelta(seconds=40))
    asked = {line["channel"] for line in collect(at)}
    assert city.channels[4].pk not in asked and city.channels[5].pk in asked


def test_a_channel_without_a_key_or_out_of_the_list_is_not_counted(city, collect):
    with tenant(city.institution_id):
        Credential.objects.filter(channel=city.channels[0]).delete()
        Channel.objects.filter(pk=city.channels[1].pk).update(listed=False)
    asked = {line["channel"] for line in collect(SENT)}
    assert asked == {city.channels[4].pk, city.channels[5].pk}


def test_a_lease_that_ended_keeps_no_second_number(city, sent, collect, fresh_database):
    """Two engines asked: what comes back later is not kept."""
    copy = sent(1)["mastodon"]

    async def twice() -> None:
        from ravi.delivery.readings.plan import plan
        from ravi.delivery.readings.rules import Kind
        from ravi.delivery.readings.values import Answer

        line = Line(fresh_database.engine, "readings")
        store = ReadingStore(line)
        now = (SENT + timedelta(hours=1, seconds=1)).timestamp()
        await store.sow(now - 3600, abilities())
        first = await store.claim(now, 100, lambda picture: plan(picture, abilities(), now=now))
        later = now + 400
        second = await store.claim(later, 100, lambda picture: plan(picture, abilities(), now=later))
        for moment, questions in ((later + 1, second), (later + 2, first)):
            for one in questions:
                if one.is_of_posts and one.first.channel_id == copy.channel_id:
                    row = one.first.id
                    await store.settle(moment, one, Answer("told", {row: {Kind.SHARES: 5}}, frozenset({row})))
        await store.close()

    asyncio.run(twice())
    assert told(city, copy) == {"shares": [5]}


def test_the_engine_reads_beside_its_copies(city, sent, sandbox, fresh_database, world):
    """Put together as `ravi engine` does it, under wall time."""
    from django.db import connection

    from ravi.delivery.worker import EngineSettings, Parts

    sandbox.clock(None)

    def has_read() -> bool:
        try:
            with tenant(city.institution_id):
                return Reading.objects.filter(kind="followers").count() == 4
        finally:
            connection.close()

    async def work() -> None:
        environ = {"RAVI_EGRESS_ALLOW": f"127.0.0.1:{sandbox.port}"}
        parts = Parts.of(
            EngineSettings(fresh_database.engine, city.keys_folder, environ), "test", lambda *_, **__: None
        )
        task = asyncio.create_task(parts.run())
        try:
            async with asyncio.timeout(60):
                while not await asyncio.to_thread(has_read):  # noqa: ASYNC110 -- what is waited for is in PostgreSQL
                    await asyncio.sleep(0.05)
        finally:
            parts.engine.end()
            await task

    asyncio.run(work())


async def test_a_round_that_breaks_is_followed_by_the_next() -> None:
    lines: list[tuple[str, dict[str, object]]] = []

    class Broken:
        rounds = iter([OverflowError("date value out of range"), asyncio.CancelledError()])

        async def sow(self, *_: Any) -> None:
            raise next(self.rounds)

    class Still:
        def now(self) -> float:
            return SENT.timestamp()

        async def sleep(self, _seconds: float) -> None: ...

    def log(event: str, /, **facts: object) -> None:
        lines.append((event, facts))

    nobody: Any = None
    with pytest.raises(asyncio.CancelledError):
        await ReadingCollector(cast(Any, Broken()), nobody, nobody, cast(Any, Still()), log).run()
    assert lines == [("readings_broke", {"reason": "OverflowError"})]
