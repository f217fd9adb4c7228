"""A series begins; its workshops are planned, announced and cancelled."""

from collections.abc import Mapping
from dataclasses import asdict

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from ravi.accounts.models import Person, Unit
from ravi.core import clock
from ravi.core.calendar import number
from ravi.training.draft import SeriesFields, WorkshopFields
from ravi.training.errors import NotNow, PlanRefused
from ravi.training.models import Series, UnitSeats, Workshop
from ravi.training.queries import people_coming
from ravi.training.rules import LONGEST_NAME, LONGEST_TEXT, MOST_SEATS, WorkshopState
from ravi.training.services import steps
from ravi.training.services.seats import move_up


@transaction.atomic
def start_series(fields: SeriesFields, *, by: Person) -> Series:
    """Raises PermissionDenied, PlanRefused."""
    steps.require_planner(by)
    _check(fields.name, fields.purpose)
    try:
        with transaction.atomic():
            made = Series.objects.create(
                institution_id=by.institution_id, owner=by, created_at=clock.now(), **asdict(fields)
            )
    except IntegrityError as error:
        raise PlanRefused(_("A series already has this name. Choose another.")) from error
    steps.note("start_series", made, by)
    return made


@transaction.atomic
def plan_workshop(series: Series, fields: WorkshopFields, *, by: Person) -> Workshop:
    """The next number of the series; nobody but planners sees it yet. Raises PermissionDenied, PlanRefused."""
    steps.require_planner(by)
    _check_workshop(fields)
    Series.objects.select_for_update().get(pk=series.pk)  # two at once get two numbers
    last = series.workshops.aggregate(last=Max("number"))["last"] or 0
    made = Workshop.objects.create(
        institution_id=series.institution_id,
        series=series,
        number=last + 1,
        planned_by=by,
        created_at=clock.now(),
        **asdict(fields),
    )
    steps.note("plan_workshop", made, by)
    return made


@transaction.atomic
def edit_workshop(workshop: Workshop, fields: WorkshopFields, *, by: Person) -> Workshop:
    """What is said of it anew; more seats let people move up, fewer take none away.

    Raises PermissionDenied, PlanRefused, NotNow.
    """
    steps.require_planner(by)
    _check_workshop(fields)
    current = steps.taken(workshop)
    steps.require_not_cancelled(current)
    for name, value in asdict(fields).items():
        setattr(current, name, value)
    current.save(update_fields=list(asdict(fields)))
    move_up(current)
    steps.note("edit_workshop", current, by)
    return current


@transaction.atomic
def set_unit_seats(workshop: Workshop, seats: Mapping[Unit, int], *, by: Person) -> None:
    """Other numbers than `unit_seats` for these units, and for no others. Raises PermissionDenied, PlanRefused, NotNow."""
    steps.require_planner(by)
    if any(not 0 <= count <= MOST_SEATS for count in seats.values()):
        raise PlanRefused(_("Seats are a number from 0 to %(most)s.") % {"most": number(MOST_SEATS)})
    current = steps.taken(workshop)
    steps.require_not_cancelled(current)
    UnitSeats.objects.filter(workshop=current).delete()
    UnitSeats.objects.bulk_create(
        UnitSeats(institution_id=current.institution_id, workshop=current, unit=unit, seats=count)
        for unit, count in seats.items()
    )
    move_up(current)
    steps.note("set_unit_seats", current, by, {"units": len(seats)})


@transaction.atomic
def open_workshop(workshop: Workshop, *, by: Person) -> Workshop:
    """Units see it and send people. Twice is once. Raises PermissionDenied, NotNow."""
    steps.require_planner(by)
    current = steps.taken(workshop)
    steps.require_not_cancelled(current)
    if current.state == WorkshopState.DRAFT:
        if not current.sessions.filter(starts_at__gt=clock.now()).exists():
            raise NotNow(_("Say first when it is: a workshop is announced with a session that is still to come."))
        current.state, current.opened_at = WorkshopState.OPEN, clock.now()
        current.save(update_fields=["state", "opened_at"])
        steps.note("open_workshop", current, by)
    return current


@transaction.atomic
def cancel_workshop(workshop: Workshop, *, reason: str, by: Person) -> Workshop:
    """It does not take place; whoever had a seat or waited hears why. Twice is once. Raises PermissionDenied, PlanRefused."""
    steps.require_planner(by)
    said = reason.strip()
    if not said or len(said) > LONGEST_TEXT:
        raise PlanRefused(_("Say in a sentence why it does not take place. Whoever would have come reads it."))
    current = steps.taken(workshop)
    if current.state != WorkshopState.CANCELLED:
        current.state, current.cancelled_at, current.cancel_reason = WorkshopState.CANCELLED, clock.now(), said
        current.save(update_fields=["state", "cancelled_at", "cancel_reason"])
        for session in current.sessions.select_for_update().order_by("pk"):
            session.sequence, session.changed_at = session.sequence + 1, clock.now()
            session.save(update_fields=["sequence", "changed_at"])
        steps.tell_of(current, people_coming(current), "workshop_cancelled", {"reason": said[:300]})
        steps.note("cancel_workshop", current, by)
    return current


def _check(name: str, text: str) -> None:
    if not name.strip():
        raise PlanRefused(_("Give it a name."))
    if len(name) > LONGEST_NAME or len(text) > LONGEST_TEXT:
        raise PlanRefused(_("A name has at most %(most)s characters.") % {"most": number(LONGEST_NAME)})


def _check_workshop(fields: WorkshopFields) -> None:
    _check(fields.title, fields.goal)
    if any(count is not None and not 1 <= count <= MOST_SEATS for count in (fields.seats, fields.unit_seats)):
        raise PlanRefused(_("Seats are a number from 1 to %(most)s.") % {"most": number(MOST_SEATS)})
