"""What the school's pages show of workshops: as lines of a list, and one with all that belongs to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.accounts.models import Person, Unit
from ravi.core import calendar, clock
from ravi.core.calendar import number
from ravi.training import queries
from ravi.training.models import Registration, Session, Workshop
from ravi.training.rules import SEATED, STANDS, RegistrationState, WorkshopState

BEADS = {
    RegistrationState.NOMINATED: "turn",
    RegistrationState.WAITING: "wait",
    RegistrationState.CONFIRMED: "knot",
    RegistrationState.DECLINED: "cancelled",
    RegistrationState.CANCELLED: "cancelled",
    RegistrationState.LAPSED: "cancelled",
}


@dataclass(frozen=True)
class Line:
    """One workshop in a list."""

    pk: int
    title: str
    series: str
    when: str
    bead: str
    state: str


def lines_of(workshops: Iterable[Workshop]) -> list[Line]:
    """For pages of whoever may see them; each has `begins` and `ends` on it."""
    return [_line(one, *_standing(one)) for one in workshops]


def standing_lines(rows: Iterable[Registration]) -> list[Line]:
    """Where somebody is expected or asked."""
    return [
        _line(row.workshop, BEADS[RegistrationState(row.state)], own_words(row), begins=row.begins)  # type: ignore[attr-defined]
        for row in rows
    ]


def own_words(row: Registration) -> str:
    """To the person of whom it is."""
    words = {
        RegistrationState.NOMINATED: _("A seat is kept for you: say whether you come"),
        RegistrationState.WAITING: _("You are on the waiting list"),
        RegistrationState.CONFIRMED: _("You come"),
        RegistrationState.DECLINED: _("You do not come"),
        RegistrationState.CANCELLED: _("You were taken off the list"),
        RegistrationState.LAPSED: _("You did not confirm in time"),
    }
    return words[RegistrationState(row.state)]


def _line(workshop: Workshop, bead: str, state: str, *, begins: datetime | None = None) -> Line:
    begins = begins or getattr(workshop, "begins", None)
    when = calendar.day_and_hour(begins) if begins else _("no day yet")
    return Line(workshop.pk, workshop.title, series_words(workshop), when, bead, state)


def _standing(workshop: Workshop) -> tuple[str, str]:
    if workshop.state != WorkshopState.OPEN:
        return ("cancelled" if workshop.state == WorkshopState.CANCELLED else "wait"), workshop.get_state_display()
    ends: datetime | None = getattr(workshop, "ends", None)
    is_over = ends is not None and ends <= clock.now()
    return ("sent", _("Took place")) if is_over else ("node", workshop.get_state_display())


def series_words(workshop: Workshop) -> str:
    """سلسله کارگاه‌های …، کارگاه ۱"""
    said = {"series": workshop.series.name, "number": number(workshop.number)}
    return _("%(series)s, workshop %(number)s") % said


def session_words(session: Session) -> str:
    """یکشنبه ۲۲ اسفند ۱۴۰۰، ۸:۳۰ تا ۱۲:۳۰"""
    said = {
        "weekday": calendar.weekday(session.starts_at),
        "day": calendar.day(session.starts_at),
        "first": calendar.hour(session.starts_at),
        "last": calendar.hour(session.ends_at),
    }
    return _("%(weekday)s %(day)s, %(first)s to %(last)s") % said


@dataclass(frozen=True)
class Group:
    """The people of one unit on the list."""

    unit: str
    seated: int
    rows: Sequence[tuple[Registration, str, bool]]


def shown(person: Person, workshop: Workshop) -> dict[str, Any]:
    """The page of a workshop, as this person sees it."""
    may_plan, now = queries.may_plan(person), clock.now()
    rows = list(queries.registrations_visible_to(person, workshop))
    own = next((row for row in rows if row.person_id == person.pk), None)
    sends = list(queries.units_nominated_by(person))
    ends: datetime | None = getattr(workshop, "ends", None)
    is_open = workshop.state == WorkshopState.OPEN and ends is not None and ends > now
    nominates = is_open and (workshop.nominations_until is None or workshop.nominations_until > now)
    others = rows if may_plan or sends else []
    own_units = {unit.pk for unit in sends}
    groups = _groups(others, may_end=lambda row: is_open and (may_plan or row.unit_id in own_units))
    return {
        "workshop": workshop,
        "series_words": series_words(workshop),
        "standing": _standing(workshop),
        "sessions": [(one, session_words(one)) for one in queries.sessions_of(workshop)],
        "own": own,
        "own_words": own_words(own) if own else "",
        "own_bead": BEADS[RegistrationState(own.state)] if own else "",
        "may_confirm": own is not None and is_open and own.state == RegistrationState.NOMINATED,
        "may_decline": own is not None and is_open and own.state in STANDS,
        "sends": [(unit, seats_left(workshop, unit)) for unit in sends] if nominates else [],
        "groups": groups,
        "counts": _counts(others),
        "may_plan": may_plan,
        "may_change": may_plan and workshop.state != WorkshopState.CANCELLED,
        "is_draft": workshop.state == WorkshopState.DRAFT,
    }


def _groups(rows: Sequence[Registration], may_end: Any) -> list[Group]:
    by_unit: dict[int, list[Registration]] = {}
    for row in rows:
        by_unit.setdefault(row.unit_id, []).append(row)
    return [
        Group(
            unit=listed[0].unit.name,
            seated=sum(row.state in SEATED for row in listed),
            rows=[(row, BEADS[RegistrationState(row.state)], row.state in STANDS and may_end(row)) for row in listed],
        )
        for listed in by_unit.values()
    ]


def _counts(rows: Sequence[Registration]) -> list[tuple[str, str, int]]:
    """(bead, words, how many) of what stands."""
    labels = Registration.State
    shown = (RegistrationState.CONFIRMED, RegistrationState.NOMINATED, RegistrationState.WAITING)
    counted = [(BEADS[state], str(labels(state).label), sum(row.state == state for row in rows)) for state in shown]
    return [one for one in counted if one[2]]


def seats_left(workshop: Workshop, unit: Unit) -> str:
    """How many more of the unit have a seat, as a sentence."""
    seats = queries.seats_of(workshop)
    limits = []
    if (of_unit := seats.of(unit.pk)) is not None:
        limits.append(of_unit - seats.by_unit.get(unit.pk, 0))
    if seats.seats is not None:
        limits.append(seats.seats - seats.taken)
    if not limits:
        return _("There is no limit of seats.")
    left = max(0, min(limits))
    if not left:
        return _("All seats are taken: whom you choose stands on the waiting list.")
    return ngettext("%(n)s seat is left for you.", "%(n)s seats are left for you.", left) % {"n": number(left)}


def not_on_the_list(workshop: Workshop, people: Iterable[Person]) -> list[Person]:
    """Whom the unit can still send."""
    standing = set(queries.people_coming(workshop))
    return [person for person in people if person.pk not in standing]
