"""Those who come are reminded a day before a session, once for each time at which it stands."""

from django.db import transaction

from ravi.core import clock
from ravi.training.models import Session, SessionReminder
from ravi.training.queries import people_coming
from ravi.training.rules import REMIND_BEFORE, SEATED, WorkshopState
from ravi.training.services import steps


@transaction.atomic
def remind_of_sessions() -> int:
    """How many sessions were told of. What begins within the hour of its announcement is told too, what has begun is not."""
    now = clock.now()
    near = Session.objects.filter(
        workshop__state=WorkshopState.OPEN, starts_at__gt=now, starts_at__lte=now + REMIND_BEFORE
    )
    told = 0
    for session in near.select_related("workshop").order_by("starts_at", "pk"):
        row = SessionReminder(
            institution_id=session.institution_id, session=session, starts_at=session.starts_at, at=now
        )
        if SessionReminder.objects.filter(session=session, starts_at=session.starts_at).exists():
            continue
        SessionReminder.objects.bulk_create([row], ignore_conflicts=True)
        said = {"topic": session.topic, "starts_at": session.starts_at.isoformat(), "room": session.room}
        steps.tell_of(session.workshop, people_coming(session.workshop, SEATED), "session_near", said)
        told += 1
    return told
