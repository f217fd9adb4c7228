"""What the school's pages, jobs and other rooms read; every list is scoped to whoever asks."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import open_units_visible_to, rights
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.training.models import Registration, Series, Session, UnitSeats, Workshop
from ravi.training.rules import CONFIRM_BEFORE, SEATED, STANDS, RegistrationState, WorkshopState


def may_plan(person: Person) -> bool:
    """Whether this person plans workshops: at headquarters."""
    return rights(person).may(Ability.PLAN_WORKSHOP)


def workshops_visible_to(person: Person) -> QuerySet[Any]:
    """Everybody sees what is announced or cancelled after it was; whoever plans sees drafts too."""
    mine: QuerySet[Any] = Workshop.objects.filter(institution_id=person.institution_id).select_related("series")
    if not may_plan(person):
        mine = mine.filter(opened_at__isnull=False)
    seen: QuerySet[Any] = mine.annotate(begins=Min("sessions__starts_at"), ends=Max("sessions__ends_at"))
    return seen


def series_visible_to(person: Person) -> QuerySet[Series]:
    """Those of which something is announced, and for whoever plans all."""
    mine = Series.objects.filter(institution_id=person.institution_id)
    return mine if may_plan(person) else mine.filter(workshops__opened_at__isnull=False).distinct()


def sessions_of(workshop: Workshop) -> QuerySet[Session]:
    """In the order of the day, with their instructors."""
    return workshop.sessions.order_by("starts_at", "pk").prefetch_related("instructors")


def units_nominated_by(person: Person) -> QuerySet[Unit]:
    """Units whose people this person may send: where the role is held."""
    held = {role.unit_id for role in rights(person).roles if role.gives(Ability.NOMINATE)}
    return open_units_visible_to(person).filter(pk__in=held)


def registration_of(person: Person, workshop: Workshop) -> Registration | None:
    """This person's own."""
    return Registration.objects.filter(workshop=workshop, person=person).first()


def registrations_visible_to(person: Person, workshop: Workshop) -> QuerySet[Registration]:
    """Whoever plans sees all, whoever sends people those of the unit, everybody their own."""
    rows = Registration.objects.filter(workshop=workshop).select_related("person", "unit", "nominated_by")
    if not may_plan(person):
        rows = rows.filter(Q(unit__in=units_nominated_by(person)) | Q(person=person))
    return rows.order_by("unit__sort_key", "unit_id", "queued_at", "pk")


def standing_of(person: Person, now: datetime) -> QuerySet[Any]:
    """Where this person is expected, or asked to come, and that is not over."""
    rows = Registration.objects.filter(person=person, state__in=STANDS, workshop__state=WorkshopState.OPEN)
    listed: QuerySet[Any] = rows.select_related("workshop__series").annotate(
        begins=Min("workshop__sessions__starts_at"), ends=Max("workshop__sessions__ends_at")
    )
    return listed.filter(ends__gt=now).order_by("begins", "pk")


def asked_of(person: Person, now: datetime) -> int:
    """How many workshops wait for this person's word."""
    return standing_of(person, now).filter(state=RegistrationState.NOMINATED).count()


@dataclass(frozen=True)
class Seats:
    """Seats taken by all and by each unit, and how many each may have; None is no limit."""

    taken: int
    by_unit: dict[int, int]
    special: dict[int, int]
    seats: int | None
    unit_seats: int | None

    def of(self, unit_id: int) -> int | None:
        return self.special.get(unit_id, self.unit_seats)

    def with_one_of(self, unit_id: int) -> "Seats":
        """After one more of the unit has a seat."""
        by_unit = self.by_unit | {unit_id: self.by_unit.get(unit_id, 0) + 1}
        return replace(self, taken=self.taken + 1, by_unit=by_unit)


def seats_of(workshop: Workshop) -> Seats:
    """Two questions, however many units."""
    rows = Registration.objects.filter(workshop=workshop, state__in=SEATED).order_by()
    by_unit = dict(rows.values_list("unit_id").annotate(Count("pk")))
    special = dict(UnitSeats.objects.filter(workshop=workshop).values_list("unit_id", "seats"))
    return Seats(sum(by_unit.values()), by_unit, special, workshop.seats, workshop.unit_seats)


def people_coming(workshop: Workshop, states: Collection[str] = STANDS) -> list[int]:
    """Ids of the people of these states."""
    return list(Registration.objects.filter(workshop=workshop, state__in=states).values_list("person_id", flat=True))


def sessions_expected_of(person: Person) -> list[Session]:
    """Sessions of every workshop to which this person comes, with those that were cancelled: a calendar has to hear it."""
    comes = Registration.objects.filter(person=person, state__in=SEATED).values("workshop_id")
    rows = Session.objects.filter(workshop__in=comes, workshop__opened_at__isnull=False)
    return list(rows.select_related("workshop__series").prefetch_related("instructors").order_by("starts_at", "pk"))


def workshops_that_begin_soon() -> list[Workshop]:
    """Of which seats that nobody confirmed may go to others by now."""
    now = clock.now()
    rows = Workshop.objects.filter(state=WorkshopState.OPEN).annotate(begins=Min("sessions__starts_at"))
    return list(rows.filter(begins__gt=now, begins__lte=now + CONFIRM_BEFORE).order_by("pk"))
