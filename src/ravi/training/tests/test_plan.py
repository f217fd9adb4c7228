"""Series and workshops are planned at headquarters, seen once they are announced, and cancelled with a reason."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from ravi.core import clock
from ravi.notices.models import Notice
from ravi.training import queries, services
from ravi.training.draft import SeriesFields, WorkshopFields
from ravi.training.errors import NotNow, PlanRefused
from ravi.training.models import Session, Workshop
from ravi.training.tests.conftest import session

pytestmark = pytest.mark.django_db


def test_the_workshops_of_a_series_are_numbered(house, planned):
    series = planned().series
    assert [services.plan_workshop(series, WorkshopFields("دوم"), by=house.head).number for _again in range(2)] == [
        2,
        3,
    ]


def test_a_series_is_named_once(house):
    services.start_series(SeriesFields("فضای مجازی"), by=house.editor)
    with pytest.raises(PlanRefused, match="نام"):
        services.start_series(SeriesFields("فضای مجازی"), by=house.head)


@pytest.mark.parametrize("who", ["expert", "auditor", "unit_head", "officer"])
def test_nobody_else_plans(house, planned, who):
    workshop, person = planned(), getattr(house, who)
    acts = (
        lambda: services.start_series(SeriesFields("دیگر"), by=person),
        lambda: services.plan_workshop(workshop.series, WorkshopFields("دیگر"), by=person),
        lambda: services.edit_workshop(workshop, WorkshopFields("دیگر"), by=person),
        lambda: services.set_unit_seats(workshop, {house.hospital: 3}, by=person),
        lambda: services.add_session(workshop, session(clock.now() + timedelta(days=2)), by=person),
        lambda: services.open_workshop(workshop, by=person),
        lambda: services.cancel_workshop(workshop, reason="نه", by=person),
    )
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()


def test_a_draft_is_seen_by_planners_only(house, planned):
    workshop = planned()
    assert workshop in queries.workshops_visible_to(house.head)
    assert workshop not in queries.workshops_visible_to(house.unit_head)
    services.open_workshop(workshop, by=house.editor)
    assert workshop in queries.workshops_visible_to(house.unit_head)
    assert workshop.series in queries.series_visible_to(house.officer)


def test_what_has_no_session_to_come_is_not_announced(house, planned):
    workshop = planned()
    Session.objects.filter(workshop=workshop, part="evening").delete()
    Session.objects.filter(workshop=workshop).update(starts_at=clock.now() - timedelta(hours=1))
    with pytest.raises(NotNow):
        services.open_workshop(workshop, by=house.editor)


@pytest.mark.parametrize("seats", [0, -1, 1001])
def test_seats_are_a_number_that_can_be(house, planned, seats):
    with pytest.raises(PlanRefused):
        services.edit_workshop(planned(), WorkshopFields("کارگاه", unit_seats=seats), by=house.editor)


def test_a_session_that_ends_before_it_begins_is_refused(house, planned):
    with pytest.raises(PlanRefused):
        services.add_session(planned(), session(clock.now() + timedelta(days=3), hours=-1), by=house.editor)


def test_whoever_comes_hears_of_another_hour_once(house, opened):
    workshop = opened()
    services.nominate(workshop, house.hospital, [house.officer.pk], by=house.unit_head)
    first = workshop.sessions.order_by("starts_at").first()
    moved = session(first.starts_at + timedelta(days=1), room="سالن شمارهٔ ۲")
    services.edit_session(first, moved, by=house.editor)
    again = services.edit_session(first, moved, by=house.editor)
    assert again.sequence == 1
    [notice] = Notice.objects.filter(kind="session_moved")
    assert (notice.person, notice.params["room"]) == (house.officer, "سالن شمارهٔ ۲")


def test_a_cancelled_workshop_says_why_to_whoever_would_have_come(house, opened):
    workshop = opened(unit_seats=1)
    services.nominate(workshop, house.hospital, [house.officer.pk, house.unit_head.pk], by=house.unit_head)
    with pytest.raises(PlanRefused):
        services.cancel_workshop(workshop, reason=" ", by=house.editor)
    for _twice in range(2):
        services.cancel_workshop(workshop, reason="مدرس بیمار است.", by=house.editor)
    told = Notice.objects.filter(kind="workshop_cancelled")
    assert {notice.person for notice in told} == {house.officer, house.unit_head} and told.count() == 2
    assert set(workshop.sessions.values_list("sequence", flat=True)) == {1}
    with pytest.raises(NotNow):
        services.confirm(workshop, by=house.officer)
    assert Workshop.objects.get(pk=workshop.pk).cancel_reason == "مدرس بیمار است."


def test_an_announced_session_is_moved_not_dropped(house, opened, planned):
    with pytest.raises(PlanRefused):
        services.drop_session(opened().sessions.first(), by=house.editor)
    draft = planned()
    services.drop_session(draft.sessions.first(), by=house.editor)
    assert draft.sessions.count() == 1
