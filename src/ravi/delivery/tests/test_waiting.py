"""Every copy that is due says what it waits for; one that cannot is silent after five minutes, and somebody is told."""

from datetime import timedelta

import pytest

from ravi.delivery import queries, rules, services
from ravi.delivery.models import Delivery, Slot
from ravi.delivery.rules import Scope, Wait
from ravi.delivery.tests.test_services import NOW, channels, order
from ravi.directory.models import Channel

__all__ = ["channels"]
LATER = NOW + timedelta(minutes=6)


@pytest.fixture
def copy(house, channels):
    [one] = services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    return one


def line(copy, now=LATER):
    [found] = [one for one in queries.board([copy.post_id], now=now)[copy.post_id] if one.delivery_id == copy.pk]
    return found


def test_due_and_nothing_in_the_way_is_silent_after_five_minutes(copy):
    assert (line(copy, NOW).waiting_for, line(copy, NOW).is_silent) == ("", False)
    assert (line(copy).waiting_for, line(copy).is_silent) == ("", True)
    assert queries.silent_copies(NOW + timedelta(minutes=4)) == []
    [silent] = queries.silent_copies(LATER)
    assert (silent.delivery_id, silent.post_id, silent.due_at) == (copy.pk, 1, NOW)


def at(minutes):
    return LATER + timedelta(minutes=minutes)


REASONS = {
    Wait.TIME: ("delivery", {"due_at": at(10)}, at(10)),
    Wait.CHANNEL: ("slot", {"hold_code": "credentials_refused"}, None),
    Wait.PAUSE: ("delivery", {"not_before": at(2)}, at(2)),
    Wait.PACE: ("slot", {"next_at": at(1)}, at(1)),
    Wait.HAND: ("delivery", {"state": "claimed", "owner": "one", "lease_until": at(1)}, None),
    Wait.PERSON: ("delivery", {"state": "held"}, None),
}


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_names_itself_and_its_end(copy, reason):
    table, columns, until = REASONS[reason]
    rows = Slot.objects.filter(pk=copy.channel_id) if table == "slot" else Delivery.objects.filter(pk=copy.pk)
    rows.update(**columns)
    found = line(copy)
    assert (found.waiting_for, found.waits_until, found.is_silent) == (reason, until, False)
    assert queries.silent_copies(LATER) == []


def test_who_was_not_reached_did_not_ask_for_a_pause(copy):
    Delivery.objects.filter(pk=copy.pk).update(not_before=at(2), error_code="not_reached")
    found = line(copy)
    assert (found.waiting_for, found.waits_until) == (Wait.OUTAGE, at(2))


@pytest.mark.parametrize("reason", [Wait.PAUSE, Wait.PACE, Wait.HAND])
def test_no_reason_outlives_its_moment(copy, reason):
    table, columns, _until = REASONS[reason]
    rows = Slot.objects.filter(pk=copy.channel_id) if table == "slot" else Delivery.objects.filter(pk=copy.pk)
    rows.update(**columns)
    assert [one.delivery_id for one in queries.silent_copies(at(20))] == [copy.pk]


def test_a_stop_is_a_reason(house, copy):
    services.stop(Scope.UNIT, str(copy.unit_id), by=house.head, reason="x", institution_id=house.institution.pk)
    assert (line(copy).waiting_for, queries.silent_copies(LATER)) == (Wait.STOP, [])


def test_whoever_stands_behind_another_waits_for_it(house, channels, copy):
    [second] = services.enqueue([order(channels[0], 2)], by=house.editor, now=NOW)
    assert line(second).waiting_for == Wait.LINE
    assert [one.delivery_id for one in queries.silent_copies(LATER)] == [copy.pk]
    Delivery.objects.filter(pk=copy.pk).update(state="unknown", unknown_at=LATER, sent_maybe=True)
    found = line(second)
    assert (found.waiting_for, found.waits_until) == (Wait.UNKNOWN, LATER + timedelta(minutes=10))
    assert line(second, at(11)).is_silent


def test_a_change_waits_for_its_copy(house, copy):
    Delivery.objects.filter(pk=copy.pk).update(state="unknown", unknown_at=NOW, sent_maybe=True)
    channel = Channel.objects.get(pk=copy.channel_id)
    [removal] = services.enqueue([order(channel, 1, action="delete", of=copy.pk)], by=house.editor, now=NOW)
    assert line(removal).waiting_for == Wait.COPY


@pytest.mark.parametrize(
    ("unknown_s", "look_in_s", "is_long"), [(299, None, False), (300, None, True), (900, 60, False), (900, -60, True)]
)
def test_an_unknown_copy_is_long_unknown_when_nobody_looks(unknown_s, look_in_s, is_long):
    assert rules.is_long_unknown(unknown_s, look_in_s) is is_long
