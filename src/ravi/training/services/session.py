"""Sessions of a workshop: when, where, and who teaches. Whoever comes hears of another time or place."""

from dataclasses import asdict

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.core.calendar import number
from ravi.training.draft import SessionFields
from ravi.training.errors import PlanRefused
from ravi.training.models import Instructor, Session, Workshop
from ravi.training.queries import people_coming
from ravi.training.rules import LONGEST_NAME, MOST_SESSIONS, WorkshopState
from ravi.training.services import steps

MOVES = ("starts_at", "ends_at", "room", "link")


@transaction.atomic
def add_session(workshop: Workshop, fields: SessionFields, *, by: Person) -> Session:
    """Raises PermissionDenied, PlanRefused, NotNow."""
    steps.require_planner(by)
    current = steps.taken(workshop)
    steps.require_not_cancelled(current)
    _check(fields)
    if current.sessions.count() >= MOST_SESSIONS:
        raise PlanRefused(_("A workshop has at most %(most)s sessions.") % {"most": number(MOST_SESSIONS)})
    made = Session(institution_id=current.institution_id, workshop=current, changed_at=clock.now())
    _keep(made, fields)
    steps.note("add_session", current, by, {"session": made.pk})
    if current.state == WorkshopState.OPEN:
        _tell_moved(current, made)
    return made


@transaction.atomic
def edit_session(session: Session, fields: SessionFields, *, by: Person) -> Session:
    """Another time or place makes a new `sequence`, and whoever comes hears it. Raises PermissionDenied, PlanRefused, NotNow."""
    steps.require_planner(by)
    workshop = steps.taken(session.workshop)
    steps.require_not_cancelled(workshop)
    _check(fields)
    current = Session.objects.select_for_update().get(pk=session.pk)
    is_moved = any(getattr(current, name) != getattr(fields, name) for name in MOVES)
    if is_moved:
        current.sequence, current.changed_at = current.sequence + 1, clock.now()
    _keep(current, fields)
    steps.note("edit_session", workshop, by, {"session": current.pk, "is_moved": is_moved})
    if is_moved and workshop.state == WorkshopState.OPEN:
        _tell_moved(workshop, current)
    return current


@transaction.atomic
def drop_session(session: Session, *, by: Person) -> None:
    """Only of a workshop that nobody has seen: an announced one keeps its sessions, moved or cancelled with it.
    Raises PermissionDenied, PlanRefused."""
    steps.require_planner(by)
    workshop = steps.taken(session.workshop)
    if workshop.state != WorkshopState.DRAFT:
        raise PlanRefused(_("People know of this session. Move it to another day, or cancel the workshop."))
    steps.note("drop_session", workshop, by, {"session": session.pk})
    Session.objects.filter(pk=session.pk).delete()


def _keep(session: Session, fields: SessionFields) -> None:
    for name, value in asdict(fields).items():
        if name != "teachers":
            setattr(session, name, value)
    try:
        with transaction.atomic():
            session.save()
    except IntegrityError as error:
        raise PlanRefused(_("Another session of this workshop begins there at that hour.")) from error
    session.instructors.all().delete()
    Instructor.objects.bulk_create(
        Instructor(
            institution_id=session.institution_id,
            session=session,
            place=place,
            name=teacher.name,
            affiliation=teacher.affiliation,
        )
        for place, teacher in enumerate(fields.teachers)
    )


def _check(fields: SessionFields) -> None:
    if not fields.topic.strip():
        raise PlanRefused(_("Say in a few words what this session is about."))
    if fields.ends_at <= fields.starts_at:
        raise PlanRefused(_("The session ends before it begins. Change one of the two hours."))
    texts = (fields.topic, fields.room, *(part for one in fields.teachers for part in (one.name, one.affiliation)))
    if any(len(text) > LONGEST_NAME for text in texts):
        raise PlanRefused(_("A line here has at most %(most)s characters.") % {"most": number(LONGEST_NAME)})
    if fields.link and not fields.link.startswith(("https://", "http://")):
        raise PlanRefused(_("A link begins with https://"))


def _tell_moved(workshop: Workshop, session: Session) -> None:
    said = {"topic": session.topic, "starts_at": session.starts_at.isoformat(), "room": session.room}
    steps.tell_of(workshop, people_coming(workshop), "session_moved", said)
