"""Reminders: each step once, nothing lost, several jobs tell once, and nobody hears of what is answered or over."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from conftest import build_house
from ravi.accounts import services as accounts
from ravi.accounts.rules import UnitKind
from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.network import jobs, services
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.models import Message, Offer, Reminder
from ravi.network.queries.reminder import offers_to_remind
from ravi.network.reminder import BEFORE, OLD, Step, step_due
from ravi.network.rules import Aim, TargetKind
from ravi.network.services import Answer
from ravi.network.services import reminder as service
from ravi.notices.models import Notice
from ravi.notices.rules import kind
from tests.at_once import both

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


# Hours since the offer, hours until the deadline, and what is told of it.
MOMENTS = [
    (48, 25, None),
    (48, 24, Step.DAY),
    (48, 3, Step.DAY),
    (48, 2, Step.HOURS),
    (48, 0.1, Step.HOURS),
    (48, 0, Step.LATE),
    (48, -24, Step.LATE),
    (400, -200, None),
    (5, 10, None),
    (3, 1, Step.HOURS),
    (0, 1, None),
]


@pytest.mark.parametrize(("offered", "left", "step"), MOMENTS)
def test_which_step_has_come(offered: float, left: float, step: Step | None) -> None:
    assert step_due(NOW - offered * HOUR, NOW + left * HOUR, NOW) is step


moments = st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 1), timezones=st.just(UTC))


@given(moments, moments, moments)
def test_a_step_never_comes_before_its_time_nor_of_the_past(
    offered: datetime, deadline: datetime, now: datetime
) -> None:
    step = step_due(offered, deadline, now)
    if step is not None:
        assert offered <= deadline - BEFORE[step] <= now <= deadline + OLD
        later = [one for one in BEFORE if BEFORE[one] < BEFORE[step]]
        assert all(now < deadline - BEFORE[one] for one in later)


def offered(house, deadline, **more) -> Message:
    """News of the organisation before both units, offered two days ago."""
    top = house.headquarters
    fields = MessageFields(topic="organisation", deadline=deadline, aims=(Aim(TargetKind.TREE, top.pk),), **more)
    message = services.draft_message(top, fields, VersionFields(title="تعطیلی", text="شنبه."), by=house.editor)
    version = message.versions.get()
    services.issue_version(version, expected_revision=version.revision, by=house.editor)
    message.refresh_from_db()
    return message


@pytest.fixture
def later(monkeypatch):
    """`later(hours)` moves the clock of everything."""
    began = clock.now()

    def go(hours: float) -> datetime:
        monkeypatch.setattr(clock, "now", lambda: began + hours * HOUR)
        return clock.now()

    return go


def told(kind: str) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for one in Notice.objects.filter(kind=kind, read_at=None).select_related("person").order_by("pk"):
        found.setdefault(one.person.username, []).append(one.params)
    return found


@pytest.mark.django_db
def test_the_database_asks_what_the_rule_says(house):
    message = offered(house, clock.now() + 48 * HOUR)
    began = message.offers.values_list("offered_at", flat=True)[0]
    for ago, left, step in MOMENTS:
        now = began + ago * HOUR
        message.offers.update(deadline=now + left * HOUR)
        found = [one for one in BEFORE if offers_to_remind(one, now).exists()]
        assert (found[:1] or [None])[0] is step, (ago, left)


@pytest.mark.django_db
def test_a_unit_hears_a_day_and_two_hours_before_and_headquarters_once(house, later):
    message = offered(house, clock.now() + 48 * HOUR)
    assert services.remind(house.institution.pk) == 0
    later(25)
    assert [services.remind(house.institution.pk) for _again in range(3)] == [2, 0, 0]
    assert set(told("offer_reminder")) == {"officer", "unit_head", "neighbour"}
    later(46.5)
    assert [services.remind(house.institution.pk) for _again in range(2)] == [2, 0]
    assert {len(params) for params in told("offer_reminder").values()} == {2}
    later(49)
    assert [services.remind(house.institution.pk) for _again in range(2)] == [2, 0]
    assert told("offers_late") == {"editor": [{"title": "تعطیلی", "count": 2}]}
    assert Notice.objects.filter(kind="offers_late").get().url == f"/network/{message.pk}/uptake/?state=late"


@pytest.mark.django_db
def test_what_is_answered_or_over_is_not_reminded_of(house, later):
    message = offered(house, clock.now() + 26 * HOUR)
    offer = Offer.objects.get(message=message, unit=house.hospital)
    later(3)
    services.remind(house.institution.pk)
    assert set(told("offer_reminder")) == {"officer", "unit_head", "neighbour"}
    services.decline_offer(offer, Answer(message.current_id), reason="نه", by=house.officer)
    assert set(told("offer_reminder")) == {"neighbour"}
    services.end_message(message, by=house.editor)
    later(25)
    assert services.remind(house.institution.pk) == 0
    later(27)
    assert services.remind(house.institution.pk) == 0 and told("offers_late") == {}


@pytest.mark.django_db
def test_a_job_that_slept_tells_only_the_last_step(house, later):
    offered(house, clock.now() + 48 * HOUR)
    later(47)
    services.remind(house.institution.pk)
    assert set(Reminder.objects.values_list("step", flat=True)) == {Step.HOURS}
    later(24 * 30)
    assert services.remind(house.institution.pk) == 0


@pytest.mark.django_db
def test_another_deadline_begins_anew(house, later):
    message = offered(house, clock.now() + 25 * HOUR)
    later(2)
    assert services.remind(house.institution.pk) == 2
    Offer.objects.filter(message=message).update(deadline=clock.now() + 30 * HOUR)
    assert services.remind(house.institution.pk) == 0
    later(9)
    assert services.remind(house.institution.pk) == 2


@pytest.mark.django_db
def test_where_a_unit_has_nobody_those_above_hear(house, later):
    under = accounts.add_unit("خانهٔ بهداشت", UnitKind.HEALTH_HOUSE, parent=house.hospital, by=None)
    message = offered(house, clock.now() + 25 * HOUR)
    later(2)
    services.remind(house.institution.pk)
    url = f"/network/offers/{Offer.objects.get(message=message, unit=under).pk}/"
    assert set(Notice.objects.filter(url=url).values_list("person__username", flat=True)) == {"officer", "unit_head"}


@pytest.mark.django_db
def test_an_alert_wakes_people_and_nothing_else_does(house, later):
    assert kind("offer_reminder").is_urgent({"alert": True})
    assert not kind("offer_reminder").is_urgent({"alert": False})


@pytest.mark.django_db
def test_what_died_before_its_end_is_told_the_next_time(house, later, monkeypatch):
    offered(house, clock.now() + 25 * HOUR)
    later(2)
    with monkeypatch.context() as broken:
        broken.setattr(service, "tell_each", lambda *_all, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            services.remind(house.institution.pk)
    assert not Reminder.objects.exists()
    assert services.remind(house.institution.pk) == 2
    assert len(told("offer_reminder")) == 3


@pytest.mark.database
def test_jobs_that_run_at_once_tell_once(fresh_database, monkeypatch):
    house = build_house()
    with tenant(house.institution.pk):
        message = offered(house, clock.now() + 25 * HOUR)
    began = clock.now()
    monkeypatch.setattr(clock, "now", lambda: began + 2 * HOUR)
    counts = both(house, *[lambda: services.remind(house.institution.pk)] * 3)
    assert sum(counts) == 2, counts
    jobs.remind_units(0)
    with tenant(house.institution.pk):
        assert Reminder.objects.count() == 2
        assert Notice.objects.filter(kind="offer_reminder").count() == 3
        assert message.offers.count() == 2
    connection.close()
