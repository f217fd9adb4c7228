"""Heads of the same unit, and of several, send people in the same second: no unit goes over its seats, and nobody sits twice."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from conftest import build_house
from ravi.accounts import services as accounts
from ravi.accounts.models import Person
from ravi.accounts.rules import RoleKind
from ravi.core import audit, clock
from ravi.core.tenancy import tenant
from ravi.training import services
from ravi.training.draft import SeriesFields, WorkshopFields
from ravi.training.models import Registration, Workshop
from ravi.training.tests.conftest import session
from tests.at_once import both

pytestmark = pytest.mark.database
SEATS = 3


def staff(house: Any, unit: Any, count: int) -> list[Person]:
    """Officers of the unit, and one more head of it."""
    made = []
    for number in range(count):
        name = f"u{unit.pk}-{number}"
        made.append(accounts.add_person(name, name, None, institution=house.institution, by=None))
        accounts.grant_role(made[-1], RoleKind.UNIT_HEAD if not number else RoleKind.UNIT_OFFICER, unit=unit, by=None)
    return made


def opened(house: Any) -> Workshop:
    series = services.start_series(SeriesFields("فضای مجازی"), by=house.editor)
    workshop = services.plan_workshop(
        series, WorkshopFields("نخست", seats=SEATS + 2, unit_seats=SEATS), by=house.editor
    )
    services.add_session(workshop, session(clock.now() + timedelta(days=9)), by=house.editor)
    return services.open_workshop(workshop, by=house.editor)


def test_two_heads_of_a_unit_and_one_of_another_send_at_once(fresh_database: Any) -> None:
    house = build_house()
    with tenant(house.institution.pk):
        ours, theirs = staff(house, house.hospital, 6), staff(house, house.faculty, 4)
        workshop = opened(house)

    def send(unit: Any, people: list[Person], by: Person) -> Any:
        return lambda: services.nominate(workshop, unit, [person.pk for person in people], by=by)

    answers = both(
        house,
        send(house.hospital, ours, house.unit_head),
        send(house.hospital, ours[::-1], ours[0]),
        send(house.faculty, theirs, theirs[0]),
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    with tenant(house.institution.pk):
        rows = list(Registration.objects.filter(workshop=workshop))
        assert len(rows) == len({row.person_id for row in rows}) == 10
        seated = Counter(row.unit_id for row in rows if row.state == "nominated")
        assert sum(seated.values()) == SEATS + 2 and max(seated.values()) <= SEATS
        assert audit.verify(house.institution.pk) == []


def test_two_who_say_no_at_once_let_two_move_up(fresh_database: Any) -> None:
    house = build_house()
    with tenant(house.institution.pk):
        ours = staff(house, house.hospital, 6)
        workshop = opened(house)
        services.nominate(workshop, house.hospital, [person.pk for person in ours], by=house.unit_head)
    first, second = ours[:2]
    answers = both(house, lambda: services.decline(workshop, by=first), lambda: services.decline(workshop, by=second))
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    with tenant(house.institution.pk):
        states = Counter(Registration.objects.filter(workshop=workshop).values_list("state", flat=True))
        assert states == {"nominated": SEATS, "declined": 2, "waiting": 1}
