"""When a change is looked at and when not: its first minute, what comes in between, how far Ravi looks back, and a channel
that is reached otherwise by now."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from ravi.core.tenancy import tenant
from ravi.delivery.models import Delivery, ReadBack
from ravi.delivery.read_back.reader import abilities
from ravi.delivery.read_back.rules import (
    LOOK_AFTER_S,
    LOOKS_BACK_S,
    LOOKS_BEFORE_A_CASE,
    NEWER_AFTER_S,
    ReadBackOutcome,
    looked,
)
from ravi.delivery.read_back.store import Asked, ReadBackStore
from ravi.delivery.readings.plan import Abilities
from ravi.delivery.readings.rules import CHANNEL_EVERY_S
from ravi.delivery.readings.values import Answer
from ravi.delivery.routes import DIRECT
from ravi.delivery.rules import Action
from ravi.delivery.store.connection import Line
from ravi.delivery.tests.test_read_back import LATER, NEW, OLD, SENT, SOON, changes, city, read, sandbox, shared
from ravi.platforms.contract import Standing

__all__ = ["changes", "city", "read", "sandbox", "shared"]


class Store:
    """One transaction of an engine that reads back, over a connection of its own."""

    def __init__(self, url: str) -> None:
        self.url = url

    def _with(self, act: Callable[[ReadBackStore], Any]) -> Any:
        async def work() -> Any:
            store = ReadBackStore(Line(self.url, "read_back"), lambda _platform: DIRECT)
            try:
                return await act(store)
            finally:
                await store.close()

        return asyncio.run(work())

    def sow(self, moment: datetime) -> None:
        self._with(lambda store: store.sow(moment.timestamp(), abilities()))

    def claim(self, moment: datetime, able: Abilities | None = None) -> Sequence[Asked]:
        claimed: Sequence[Asked] = self._with(
            lambda store: store.claim(moment.timestamp(), 100, able if able is not None else abilities())
        )
        return claimed

    def settle(self, asked: Asked, moment: datetime, standing: Standing | None) -> None:
        """Each of its rows was looked at for the last time."""
        nexts = [
            looked(row.id, LOOKS_BEFORE_A_CASE - 1, asked.changes[row.id].action, standing, moment.timestamp())
            for row in asked.question.rows
        ]
        self._with(lambda store: store.settle(moment.timestamp(), asked.question, Answer("told"), nexts))


@pytest.fixture
def store(fresh_database: Any) -> Store:
    return Store(fresh_database.engine)


@pytest.fixture
def begun(changes: Any, city: Any) -> Callable[..., None]:
    """A newer change of the same copy, as far as it has come."""

    def begin(copy: int, state: str) -> None:
        with tenant(city.institution_id):
            about = Delivery.objects.get(pk=copy)
        if state not in {"ordered", "claimed", "sending"}:
            changes.noted(about, text="تازه‌تر", state=state)
            return
        channel = changes.channels[about.platform]
        [pk] = city.order(about.post_id + 100, SENT, [channel], action=Action.EDIT, of=copy, text="تازه‌تر")
        if state != "ordered":
            in_hand = "update delivery_delivery set state = %s, owner = 'an engine', lease_until = %s where id = %s"
            changes.admin.execute(in_hand, [state, LATER, pk])

    return begin


def test_nothing_is_asked_before_its_first_minute_is_over(changes, store):
    """Platforms show a change to others a little later than to whoever made it."""
    changes.changed(changes.published("mastodon"))
    over = SENT + timedelta(seconds=LOOK_AFTER_S)
    store.sow(SENT)
    assert store.claim(over - timedelta(seconds=1)) == ()
    assert len(store.claim(over)) == 1


@pytest.mark.parametrize("state", ["sent", "claimed", "sending", "unknown", "pending"])
def test_what_is_found_otherwise_while_a_newer_change_began_says_nothing(changes, store, begun, state):
    """`pending`: it may be there, since it was called before."""
    copy = changes.published("mastodon")
    change = changes.changed(copy)
    store.sow(SOON)
    [asked] = store.claim(SOON)
    begun(copy, state)
    store.settle(asked, SOON, Standing(OLD, False))
    row = changes.row(change)
    assert (row.outcome, row.words, row.looks, row.ended_at) == (ReadBackOutcome.WAITS, "", 0, None)
    assert (row.due_at, row.looked_at) == (SOON + timedelta(seconds=NEWER_AFTER_S), SOON)


@pytest.mark.parametrize(
    ("action", "standing", "state", "outcome"),
    [
        (Action.EDIT, Standing(NEW, True), "sent", ReadBackOutcome.STANDS),
        (Action.DELETE, None, "sent", ReadBackOutcome.REMOVED),
        (Action.EDIT, Standing(OLD, False), "ordered", ReadBackOutcome.OTHER_WORDS),
        (Action.EDIT, Standing(OLD, False), "cancelled", ReadBackOutcome.OTHER_WORDS),
    ],
)
def test_what_stands_stays_found_and_a_newer_change_that_never_left_excuses_nothing(
    changes, store, begun, action, standing, state, outcome
):
    copy = changes.published("mastodon")
    change = changes.changed(copy, action)
    store.sow(SOON)
    [asked] = store.claim(SOON)
    begun(copy, state)
    store.settle(asked, SOON, standing)
    assert (changes.row(change).outcome, changes.row(change).ended_at) == (outcome, SOON)


@pytest.mark.parametrize("set_to", ["state = 'retired', listed = false", "adapter = 'manual'"])
def test_a_channel_that_is_given_up_or_reached_otherwise_ends_it(changes, read, set_to):
    change = changes.changed(changes.published("mastodon"))
    _channel(changes, set_to)
    read(SOON)
    row = changes.row(change)
    assert (row.outcome, row.code, row.looked_at) == (ReadBackOutcome.OVER, "removed", None)


def test_a_channel_that_rests_is_asked_when_it_is_open_again(changes, read):
    change = changes.changed(changes.published("mastodon"))
    _channel(changes, "state = 'paused', listed = false")
    read(SOON)
    row = changes.row(change)
    assert (row.outcome, row.looked_at) == (ReadBackOutcome.WAITS, None)
    assert row.due_at == SOON + timedelta(seconds=CHANNEL_EVERY_S)
    _channel(changes, "state = 'active', listed = true")
    read(row.due_at)
    assert changes.row(change).outcome == ReadBackOutcome.STANDS


def test_where_no_program_can_read_any_more_it_ends_unread(changes, store):
    change = changes.changed(changes.published("mastodon"))
    store.sow(SOON)
    assert store.claim(SOON, Abilities({}, {})) == []
    assert (changes.row(change).outcome, changes.row(change).code) == (ReadBackOutcome.NOT_READ, "not_told")


def test_an_engine_that_was_off_for_longer_reads_back_nothing_of_before(changes, read, city):
    back = SOON - timedelta(seconds=LOOKS_BACK_S)
    older = changes.changed(changes.published("mastodon", 1), at=back)
    newer = changes.changed(changes.published("mastodon", 2), at=back + timedelta(seconds=1))
    read(SOON)
    with tenant(city.institution_id):
        assert list(ReadBack.objects.values_list("delivery_id", flat=True)) == [newer] != [older]


def test_after_a_not_now_nothing_more_of_the_channel_is_asked(changes, read, sandbox):
    """The second of three questions is answered so; a third would have been answered."""
    made = [changes.changed(changes.published("mastodon", post)) for post in (1, 2, 3)]
    sandbox.faults(reading_limited_every=2, retry_after_s=1800, only_platform="mastodon")
    read(SOON)
    rows = [changes.row(one) for one in made]
    assert [row.outcome for row in rows] == ["stands", "waits", "waits"]
    assert [(row.code, row.failures, row.looked_at) for row in rows[1:]] == [("rate_limited", 0, None)] * 2
    sandbox.faults()
    read(LATER + timedelta(minutes=40))
    assert {changes.row(one).outcome for one in made} == {ReadBackOutcome.STANDS}


def _channel(changes: Any, set_to: str) -> None:
    channel = changes.channels["mastodon"]
    changes.admin.execute(f"update directory_channel set {set_to} where id = %s", [channel.pk])
