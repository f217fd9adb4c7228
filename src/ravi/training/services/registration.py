"""A unit sends people, they say whether they come, and a seat that becomes free goes to the next one."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import people_serving
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.training.errors import NotNow, TrainingRefused
from ravi.training.models import Registration, Workshop
from ravi.training.queries import may_plan, seats_of
from ravi.training.rules import CONFIRM_BEFORE, STANDS, Act, RegistrationState, WorkshopState, after
from ravi.training.services import steps
from ravi.training.services.seats import change, fits, move_up


@dataclass(frozen=True)
class Nominated:
    """How many of the unit's people have a seat by this, and how many wait."""

    seated: int
    waiting: int


@transaction.atomic
def nominate(workshop: Workshop, unit: Unit, people: Collection[int], *, by: Person) -> Nominated:
    """Send people of the unit: each gets a seat as long as there is one, and stands on the waiting list after that.

    Whoever stands on the list already stays there. Raises PermissionDenied, NotNow, TrainingRefused.
    """
    require(by, Ability.NOMINATE, unit.pk)
    current = steps.taken(workshop)
    _require_nominations(current)
    serving = {person.pk: person for person in people_serving(unit.pk)}
    if not set(people) <= set(serving):
        raise TrainingRefused(_("Choose among the people who serve in this unit now."))
    done = Nominated(0, 0)
    for pk in people:
        state = _line_up(current, unit, serving[pk], by)
        seated = state == RegistrationState.NOMINATED
        done = Nominated(done.seated + seated, done.waiting + (state == RegistrationState.WAITING))
    if done.seated + done.waiting:
        facts = {"unit": unit.pk, "seated": done.seated, "waiting": done.waiting}
        steps.note("nominate", current, by, facts)
    return done


@transaction.atomic
def confirm(workshop: Workshop, *, by: Person) -> Registration:
    """Whoever was sent says that they come. Twice is once. Raises NotNow."""
    current, row = _own(workshop, by)
    _require_open(current)
    if row.state != RegistrationState.CONFIRMED:
        if not change(row, Act.CONFIRM):
            raise NotNow(_("No seat is kept for you at the moment."))
        steps.note("confirm_seat", current, by)
    return row


@transaction.atomic
def decline(workshop: Workshop, *, by: Person) -> Registration:
    """They do not come; whoever sent them hears it, and the seat goes to the next one. Twice is once. Raises NotNow."""
    current, row = _own(workshop, by)
    _require_open(current)
    if row.state != RegistrationState.DECLINED:
        if not change(row, Act.DECLINE):
            raise NotNow(_("You are not on the list of this workshop."))
        move_up(current)
        if row.nominated_by_id != by.pk:
            steps.tell_of(current, [row.nominated_by_id], "seat_declined", {"who": by.name})
        steps.note("decline_seat", current, by)
    return row


@transaction.atomic
def cancel_registration(registration: Registration, *, by: Person) -> Registration:
    """Whoever may send people of the unit, or plans, takes somebody off the list. Twice is once.

    Raises PermissionDenied, NotNow.
    """
    if not may_plan(by):
        require(by, Ability.NOMINATE, registration.unit_id)
    current = steps.taken(registration.workshop)
    _require_open(current)
    row = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    if change(row, Act.CANCEL):
        move_up(current)
        if row.person_id != by.pk:
            steps.tell_of(current, [row.person_id], "seat_cancelled", {"who": by.name})
        steps.note("cancel_registration", current, by, {"unit": row.unit_id})
    return row


@transaction.atomic
def lapse(workshop: Workshop) -> int:
    """Seats that nobody confirmed a day before it begins go to those who wait; how many. Whoever got a seat later keeps it."""
    current = steps.taken(workshop)
    begins = current.sessions.aggregate(begins=Min("starts_at"))["begins"]
    if current.state != WorkshopState.OPEN or begins is None:
        return 0
    if not clock.now() < begins <= clock.now() + CONFIRM_BEFORE:
        return 0
    asked = Registration.objects.filter(workshop=current, state=RegistrationState.NOMINATED)
    late = asked.filter(changed_at__lt=begins - CONFIRM_BEFORE)
    rows = list(late.select_for_update(of=("self",)).order_by("pk"))
    if not rows:
        return 0
    for row in rows:
        change(row, Act.LAPSE)
    move_up(current)
    steps.tell_of(current, [row.person_id for row in rows], "seat_lapsed", {})
    steps.note("lapse_seats", current, None, {"count": len(rows)})
    return len(rows)


def _line_up(workshop: Workshop, unit: Unit, person: Person, by: Person) -> RegistrationState | None:
    """The state that this gives; None for whoever stands there already."""
    row = Registration.objects.select_for_update(of=("self",)).filter(workshop=workshop, person=person).first()
    if row is not None and row.state in STANDS:
        return None
    has_seat = fits(seats_of(workshop), unit.pk)
    state = after(row.state if row else "", Act.NOMINATE if has_seat else Act.QUEUE)
    assert state is not None  # STANDS left above
    now = clock.now()
    said = {"unit": unit, "state": state, "nominated_by": by, "queued_at": now, "changed_at": now}
    more = {"institution_id": workshop.institution_id}
    Registration.objects.update_or_create(workshop=workshop, person=person, defaults=said | more)
    if person.pk != by.pk:
        kind = "nominated" if has_seat else "queued"
        steps.tell_of(workshop, [person.pk], kind, {"who": by.name})
    return state


def _own(workshop: Workshop, by: Person) -> tuple[Workshop, Registration]:
    current = steps.taken(workshop)
    row = Registration.objects.select_for_update(of=("self",)).filter(workshop=current, person=by).first()
    if row is None:
        raise NotNow(_("You are not on the list of this workshop."))
    return current, row


def _require_open(workshop: Workshop) -> None:
    steps.require_not_cancelled(workshop)
    if workshop.state != WorkshopState.OPEN:
        raise NotNow(_("This workshop is not announced yet."))
    if not workshop.sessions.filter(ends_at__gt=clock.now()).exists():
        raise NotNow(_("This workshop is over."))


def _require_nominations(workshop: Workshop) -> None:
    _require_open(workshop)
    if workshop.nominations_until is not None and workshop.nominations_until <= clock.now():
        raise NotNow(_("The day until which units send people is over. Ask headquarters."))
