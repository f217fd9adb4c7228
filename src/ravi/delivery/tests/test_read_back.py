"""Reading back on PostgreSQL and the sandbox: what stands, what does not, what is waited for; and that nothing is done by it."""

import asyncio
import json
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction

from ravi.core.tenancy import tenant
from ravi.delivery.boxes import Boxes
from ravi.delivery.credentials import KeyFolder
from ravi.delivery.doors import Doors
from ravi.delivery.models import Bucket, Delivery, ReadBack, Slot
from ravi.delivery.read_back.collector import ReadBackCollector
from ravi.delivery.read_back.reader import WordReader, abilities
from ravi.delivery.read_back.rules import ReadBackOutcome
from ravi.delivery.read_back.store import ReadBackStore
from ravi.delivery.routes import DIRECT, Routes
from ravi.delivery.rules import Action, Lane
from ravi.delivery.store.connection import Line
from ravi.directory.models import Channel
from tests.city import TOKEN, City, build_city
from tests.sandbox import Sandbox, running_sandbox

SENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OLD, NEW = "واکسن از ۸ آذر.", "واکسن از ۹ آذر، نه ۸ آذر."
SOON, LATER = SENT + timedelta(minutes=2), SENT + timedelta(minutes=9)
PLATFORMS = ("telegram", "wordpress", "mastodon", "bluesky")


class SetClock:
    """Stands at a moment until it is set to another."""

    moment = SENT

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
    shared.faults()


@pytest.fixture
def city(fresh_database: Any, sandbox: Sandbox, tmp_path: Path) -> City:
    slug = tmp_path.name[-20:].replace("_", "-")
    return build_city(sandbox, tmp_path / "keys", SENT, units=1, slug=slug, platforms=PLATFORMS)


class Changes:
    """Copies that are out, and changes of them to which the platform said yes, as an engine would have left them."""

    def __init__(self, city: City, sandbox: Sandbox, admin: Any) -> None:
        self.city, self.sandbox, self.admin = city, sandbox, admin
        self.channels = {channel.platform: channel for channel in city.channels}

    def published(self, platform: str, post: int = 1) -> int:
        [pk] = self.city.order(post, SENT, [self.channels[platform]], text=OLD)
        told = {"key": f"{platform}-{post}", "text": OLD, "title": "خبر"}
        self._settle(pk, str(self._call(platform, "POST", "posts", told)["id"]))
        return pk

    def changed(self, copy: int, action: Action = Action.EDIT, text: str = NEW, at: datetime = SENT) -> int:
        """On the platform and in the ledger."""
        with tenant(self.city.institution_id):
            about = Delivery.objects.get(pk=copy)
        verb = "PUT" if action is Action.EDIT else "DELETE"
        self._call(
            about.platform, verb, f"posts/{about.remote_id}", {"key": f"{copy}-{text}", "text": text, "title": "خبر"}
        )
        return self.noted(about, action, text, at)

    def noted(
        self, about: Delivery, action: Action = Action.EDIT, text: str = NEW, at: datetime = SENT, state: str = "sent"
    ) -> int:
        """In the ledger alone."""
        channel = self.channels[about.platform]
        [pk] = self.city.order(
            about.post_id + 100, SENT, [channel], action=action, of=about.pk, lane=Lane.CORRECTION, text=text
        )
        self._settle(pk, about.remote_id, at, state)
        return pk

    def _settle(self, pk: int, remote_id: str, at: datetime = SENT, state: str = "sent") -> None:
        set_to = "state = %s, sent_at = %s, settled_at = %s, remote_id = %s, sent_maybe = true, unknown_at = %s"
        self.admin.execute(f"update delivery_delivery set {set_to} where id = %s", [state, at, at, remote_id, at, pk])
        self.admin.execute("update delivery_slot set busy_id = null, wake_at = null")

    def _call(self, platform: str, verb: str, path: str, told: dict[str, str]) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.sandbox.url}/api/{platform}/{self.channels[platform].handle}/{path}",
            json.dumps(told).encode(),
            {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
            method=verb,
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            return found

    def row(self, change: int) -> ReadBack:
        with tenant(self.city.institution_id):
            return ReadBack.objects.get(delivery_id=change)


@pytest.fixture
def changes(city: City, sandbox: Sandbox, fresh_database: Any) -> Iterator[Changes]:
    with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
        yield Changes(city, sandbox, admin)


@pytest.fixture
def read(city: City, sandbox: Sandbox, fresh_database: Any) -> Callable[..., None]:
    """Rounds at that moment, and after the slowest pace's pause."""
    clock = SetClock()

    async def work(moment: datetime) -> None:
        line = Line(fresh_database.engine, "read_back")
        routes = Routes({"RAVI_EGRESS_ALLOW": f"127.0.0.1:{sandbox.port}"}, 20)
        reader = WordReader(Doors(Boxes(line), KeyFolder(city.keys_folder), routes, clock))
        store = ReadBackStore(line, lambda _platform: DIRECT)
        collector = ReadBackCollector(store, reader, abilities(), clock, lambda _event, /, **_facts: None)
        try:
            for later_s in (0, 80):
                clock.moment = moment + timedelta(seconds=later_s)
                while await collector.once():
                    pass
        finally:
            await collector.close()
            await routes.close()

    return lambda moment: asyncio.run(work(moment))


def _acts(sandbox: Sandbox) -> int:
    return len(sandbox.log())


@pytest.mark.parametrize("platform", ["wordpress", "mastodon"])
def test_new_words_that_stand_are_said_to_stand(changes, read, platform):
    change = changes.changed(changes.published(platform))
    read(SENT - timedelta(seconds=40))
    assert changes.row(change).outcome == ReadBackOutcome.WAITS
    read(SOON)
    row = changes.row(change)
    assert (row.outcome, row.words, row.looked_at) == (ReadBackOutcome.STANDS, "", SOON)


@pytest.mark.parametrize("platform", ["wordpress", "mastodon", "bluesky"])
def test_what_was_removed_is_looked_for_and_not_there(changes, read, platform):
    change = changes.changed(changes.published(platform), Action.DELETE)
    read(SOON)
    assert changes.row(change).outcome == ReadBackOutcome.REMOVED


@pytest.mark.parametrize("platform", ["wordpress", "mastodon"])
def test_a_yes_without_the_change_is_found_by_a_second_look_and_nothing_is_done(changes, read, sandbox, platform):
    copies = [changes.published(platform, post) for post in (1, 2)]
    sandbox.faults(deaf_every=1)
    edit, removal = changes.changed(copies[0]), changes.changed(copies[1], Action.DELETE)
    sandbox.faults()
    before = _acts(sandbox)
    read(SOON)
    assert {changes.row(one).outcome for one in (edit, removal)} == {ReadBackOutcome.WAITS}
    read(LATER)
    found = {one: changes.row(one) for one in (edit, removal)}
    assert (found[edit].outcome, found[removal].outcome) == (ReadBackOutcome.OTHER_WORDS, ReadBackOutcome.STILL_THERE)
    assert OLD in found[edit].words and OLD in found[removal].words
    read(LATER + timedelta(days=1))
    assert _acts(sandbox) == before


def test_a_platform_that_shows_the_change_a_little_later_alarms_nobody(changes, read, sandbox):
    copy = changes.published("mastodon")
    sandbox.faults(deaf_every=1)
    change = changes.changed(copy)
    sandbox.faults()
    read(SOON)
    changes._call("mastodon", "PUT", "posts/1", {"key": "late", "text": NEW, "title": "خبر"})
    read(LATER)
    assert changes.row(change).outcome == ReadBackOutcome.STANDS


def test_a_copy_that_is_gone_where_it_was_to_be_changed_is_a_case(changes, read):
    copy = changes.published("mastodon")
    change = changes.changed(copy)
    changes._call("mastodon", "DELETE", "posts/1", {})
    read(SOON)
    read(LATER)
    assert changes.row(change).outcome == ReadBackOutcome.GONE


def test_what_no_program_can_read_has_no_row(changes, read, city):
    changes.changed(changes.published("telegram"))
    read(SOON)
    with tenant(city.institution_id):
        assert ReadBack.objects.count() == 0


def test_an_older_change_is_not_compared_once_a_newer_one_went_out(changes, read):
    copy = changes.published("mastodon")
    first, second = changes.changed(copy), changes.changed(copy, text="تازه‌ترین سخن")
    read(SOON)
    assert (changes.row(first).outcome, changes.row(second).outcome) == (ReadBackOutcome.OVER, ReadBackOutcome.STANDS)


def test_while_a_newer_change_is_unknown_nothing_is_compared(changes, read, city):
    copy = changes.published("mastodon")
    first = changes.changed(copy)
    with tenant(city.institution_id):
        about = Delivery.objects.get(pk=copy)
    changes.noted(about, text="تازه‌ترین سخن", state="unknown")
    read(SOON)
    assert (changes.row(first).outcome, changes.row(first).looks) == (ReadBackOutcome.WAITS, 0)


def test_a_not_now_is_obeyed_and_holds_back_no_copy(changes, read, sandbox):
    change = changes.changed(changes.published("mastodon"))
    sandbox.faults(reading_limited_every=1, retry_after_s=1800, only_platform="mastodon")
    read(SOON)
    sandbox.faults()
    row = changes.row(change)
    assert (row.failures, row.outcome, row.due_at >= SOON + timedelta(seconds=1799)) == (0, ReadBackOutcome.WAITS, True)
    key = f"channel:{row.channel_id}"
    paused = dict(Bucket.objects.filter(key__endswith=key).values_list("key", "paused_until"))
    assert paused[key] is None and paused[f"reading:{key}"] >= SOON + timedelta(seconds=1799)
    read(SOON + timedelta(minutes=40))
    assert changes.row(change).outcome == ReadBackOutcome.STANDS


def test_a_refused_key_marks_nothing_and_after_days_it_is_given_up(changes, read, sandbox, city):
    change = changes.changed(changes.published("mastodon"))
    channel = changes.channels["mastodon"]
    sandbox.register(channel.platform, channel.handle, token="another token")
    read(SOON)
    row = changes.row(change)
    assert (row.failures >= 1, row.code) == (True, "CredentialsRefused")
    for hours in range(1, 80, 6):
        read(SENT + timedelta(hours=hours))
    assert changes.row(change).outcome == ReadBackOutcome.NOT_READ
    with tenant(city.institution_id):
        assert Slot.objects.get(pk=channel.pk).hold_code == ""
        assert Channel.objects.get(pk=channel.pk).state == "active"


def test_it_waits_while_a_copy_of_the_same_key_is_due(changes, read, city):
    change = changes.changed(changes.published("mastodon"))
    city.order(9, SENT, [changes.channels["mastodon"]], due_at=SOON + timedelta(seconds=90))
    read(SOON + timedelta(seconds=60))
    assert (changes.row(change).outcome, changes.row(change).looked_at) == (ReadBackOutcome.WAITS, None)


def test_two_engines_write_one_outcome(changes, city, fresh_database):
    """What comes back after its lease has ended is not written."""
    change = changes.changed(changes.published("mastodon"))

    async def twice() -> None:
        from ravi.delivery.read_back.rules import Next
        from ravi.delivery.readings.values import Answer

        store = ReadBackStore(Line(fresh_database.engine, "read_back"), lambda _platform: DIRECT)
        now = SOON.timestamp()
        await store.sow(now, abilities())
        first = await store.claim(now, 100, abilities())
        assert await store.claim(now + 1, 100, abilities()) == ()
        second = await store.claim(now + 400, 100, abilities())
        for moment, asked, due_at, outcome in (
            (now + 401, second, now + 900, ReadBackOutcome.WAITS),
            (now + 402, first, None, ReadBackOutcome.OTHER_WORDS),
        ):
            for one in asked:
                nexts = [Next(row.id, due_at, 0, 1, outcome, has_looked=True) for row in one.question.rows]
                await store.settle(moment, one.question, Answer("told"), nexts)
        await store.close()

    asyncio.run(twice())
    row = changes.row(change)
    assert (row.outcome, row.due_at.timestamp()) == (ReadBackOutcome.WAITS, SOON.timestamp() + 900)


def test_a_case_ends_when_a_later_change_stands_and_is_settled_once(changes, read, sandbox, city):
    """The officer had been told that other words stand there, long after they did not."""
    copy = changes.published("mastodon")
    sandbox.faults(deaf_every=1)
    first = changes.changed(copy)
    sandbox.faults()
    read(SOON)
    read(LATER)
    assert changes.row(first).outcome == ReadBackOutcome.OTHER_WORDS
    with tenant(city.institution_id):
        for wrong in ({"settled_by_id": 999_999}, {"settled_by_id": None}):
            with pytest.raises(IntegrityError, match="settled once"), transaction.atomic():
                ReadBack.objects.filter(delivery=first).update(settled_at=LATER, **wrong)
    second = changes.changed(copy, text="تازه‌ترین سخن", at=LATER + timedelta(minutes=1))
    read(LATER + timedelta(minutes=5))
    assert changes.row(second).outcome == ReadBackOutcome.STANDS
    assert changes.row(first).outcome == ReadBackOutcome.OVER


def test_what_cannot_be_asked_for_days_is_given_up(changes, read, city):
    """It had said "in a moment" for months."""
    change = changes.changed(changes.published("mastodon"))
    changes.admin.execute("update delivery_slot set hold_code = 'credentials_refused', held_at = %s", [SENT])
    read(SOON)
    assert changes.row(change).outcome == ReadBackOutcome.WAITS
    read(SENT + timedelta(days=4))
    assert (changes.row(change).outcome, changes.row(change).code) == (ReadBackOutcome.NOT_READ, "held")
