"""A unit sends people within its seats; whoever waits moves up in the order of the list, and nobody twice."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from ravi.accounts import services as accounts
from ravi.accounts.rules import RoleKind
from ravi.core import clock
from ravi.notices.models import Notice
from ravi.training import services
from ravi.training.draft import WorkshopFields
from ravi.training.errors import NotNow, TrainingRefused
from ravi.training.models import Registration, Session
from ravi.training.rules import AFTER, STANDS, Act, RegistrationState, after, has_seat

pytestmark = pytest.mark.django_db


def states(workshop):
    rows = Registration.objects.filter(workshop=workshop)
    return {row.person.username: row.state for row in rows.select_related("person")}


@pytest.fixture
def team(house):
    """Three more officers of the hospital."""
    people = []
    for number in range(3):
        person = accounts.add_person(f"o{number}", f"همکار {number}", None, institution=house.institution, by=None)
        accounts.grant_role(person, RoleKind.UNIT_OFFICER, unit=house.hospital, by=None)
        people.append(person)
    return people


def send(house, workshop, people):
    return services.nominate(workshop, house.hospital, [person.pk for person in people], by=house.unit_head)


def test_a_unit_gets_its_seats_and_then_the_waiting_list(house, opened, team):
    workshop = opened(unit_seats=2)
    done = send(house, workshop, team)
    assert (done.seated, done.waiting) == (2, 1)
    assert states(workshop) == {"o0": "nominated", "o1": "nominated", "o2": "waiting"}
    assert {notice.kind for notice in Notice.objects.filter(person=team[2])} == {"queued"}
    again = send(house, workshop, team)
    assert (again.seated, again.waiting) == (0, 0) and Notice.objects.filter(kind="nominated").count() == 2


def test_a_no_gives_the_seat_to_the_next_one(house, opened, team):
    workshop = opened(unit_seats=1)
    send(house, workshop, team)
    services.confirm(workshop, by=team[0])
    services.decline(workshop, by=team[0])
    assert states(workshop) == {"o0": "declined", "o1": "nominated", "o2": "waiting"}
    assert Notice.objects.get(kind="seat_free").person == team[1]
    assert Notice.objects.get(kind="seat_declined").person == house.unit_head
    send(house, workshop, team[:1])
    assert states(workshop)["o0"] == "waiting"  # behind whoever waited before


def test_a_full_unit_holds_up_no_other_one(house, opened, team):
    workshop = opened(seats=2, unit_seats=1)
    send(house, workshop, team[:2])
    accounts.grant_role(house.neighbour, RoleKind.UNIT_HEAD, unit=house.faculty, by=None)
    done = services.nominate(workshop, house.faculty, [house.neighbour.pk], by=house.neighbour)
    assert (done.seated, done.waiting) == (1, 0)
    assert states(workshop) == {"o0": "nominated", "o1": "waiting", "neighbour": "nominated"}


def test_more_seats_let_people_move_up_and_fewer_take_none_away(house, opened, team):
    workshop = opened(unit_seats=1)
    send(house, workshop, team)
    services.edit_workshop(workshop, WorkshopFields("کارگاه", unit_seats=2), by=house.editor)
    assert sorted(states(workshop).values()) == ["nominated", "nominated", "waiting"]
    services.set_unit_seats(workshop, {house.hospital: 3}, by=house.editor)
    services.set_unit_seats(workshop, {house.hospital: 0}, by=house.editor)
    assert sorted(states(workshop).values()) == ["nominated"] * 3


def test_only_the_units_head_sends_its_own_people(house, opened, team):
    workshop = opened()
    for person in (house.officer, house.neighbour, house.editor, house.expert, house.outsider):
        with pytest.raises(PermissionDenied):
            services.nominate(workshop, house.hospital, [team[0].pk], by=person)
    with pytest.raises(TrainingRefused):
        services.nominate(workshop, house.hospital, [house.neighbour.pk], by=house.unit_head)
    assert states(workshop) == {}


def test_nobody_is_sent_before_it_is_announced_after_the_day_or_when_it_is_over(house, planned, opened):
    with pytest.raises(NotNow):
        send(house, planned(), [house.officer])
    with pytest.raises(NotNow):
        send(house, opened(nominations_until=clock.now() - timedelta(minutes=1)), [house.officer])
    over = opened()
    Session.objects.filter(workshop=over, part="evening").delete()
    Session.objects.filter(workshop=over).update(
        ends_at=clock.now() - timedelta(hours=1), starts_at=clock.now() - timedelta(hours=5)
    )
    with pytest.raises(NotNow):
        send(house, over, [house.officer])


def test_whoever_is_not_on_the_list_says_nothing(house, opened):
    for act in (services.confirm, services.decline):
        with pytest.raises(NotNow):
            act(opened(), by=house.officer)


def test_a_head_or_headquarters_takes_somebody_off(house, opened, team):
    workshop = opened(unit_seats=1)
    send(house, workshop, team[:2])
    row = Registration.objects.get(workshop=workshop, person=team[0])
    with pytest.raises(PermissionDenied):
        services.cancel_registration(row, by=house.neighbour)
    for _twice in range(2):
        services.cancel_registration(row, by=house.unit_head)
    assert states(workshop) == {"o0": "cancelled", "o1": "nominated"}
    assert Notice.objects.filter(kind="seat_cancelled").count() == 1


def test_a_seat_that_nobody_confirmed_goes_on_a_day_before(house, opened, team):
    workshop = opened(unit_seats=1, days=0.9)
    send(house, workshop, team[:2])
    assert services.lapse(workshop) == 0  # asked within the day: they keep it
    Registration.objects.filter(person=team[0]).update(changed_at=clock.now() - timedelta(days=2))
    assert services.lapse(workshop) == 1
    assert states(workshop) == {"o0": "lapsed", "o1": "nominated"}
    assert services.lapse(workshop) == 0


def test_whoever_has_a_seat_is_reminded_once_for_each_time_of_a_session(house, opened, team):
    workshop = opened(days=0.5, unit_seats=1)
    send(house, workshop, team[:2])
    assert services.remind_of_sessions() == 2 and services.remind_of_sessions() == 0
    assert {notice.person for notice in Notice.objects.filter(kind="session_near")} == {team[0]}


@given(st.sampled_from(["", *RegistrationState]), st.lists(st.sampled_from(list(Act)), max_size=12))
def test_whoever_is_off_the_list_comes_back_only_by_being_sent(state, acts):
    for act in acts:
        before, state = state, after(state, act) or state
        if before not in STANDS and state in STANDS:
            assert act in {Act.NOMINATE, Act.QUEUE}
    assert set(AFTER.values()) == set(RegistrationState)


@given(st.integers(0, 9), st.integers(0, 9), st.none() | st.integers(0, 9), st.none() | st.integers(0, 9))
def test_a_seat_is_given_only_within_both_limits(of_unit, of_all, unit_seats, seats):
    fits = has_seat(of_unit=of_unit, unit_seats=unit_seats, of_all=of_all, seats=seats)
    assert fits == (of_unit < (99 if unit_seats is None else unit_seats) and of_all < (99 if seats is None else seats))
