"""Sessions as iCalendar (RFC 5545): moments in UTC, which no calendar's idea of Tehran's summer time can move."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vText

from ravi.training.models import Session
from ravi.training.rules import WorkshopState

TYPE = "text/calendar; charset=utf-8"


def calendar_of(sessions: Iterable[Session], *, name: str, host: str, url: str) -> bytes:
    """One event for each session. `host` makes the events' ids unique in the world, `url` leads to "{url}{workshop's id}/"."""
    calendar = Calendar()
    calendar.add("prodid", "-//Ravi//School//FA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for session in sessions:
        calendar.add_component(_event(session, host, url))
    made: bytes = calendar.to_ical()
    return made


def _event(session: Session, host: str, url: str) -> Event:
    workshop, event = session.workshop, Event()
    event.add("uid", f"session-{session.pk}@{host}")
    event.add("sequence", session.sequence)
    event.add("dtstamp", _utc(session.changed_at))
    event.add("dtstart", _utc(session.starts_at))
    event.add("dtend", _utc(session.ends_at))
    event.add("summary", _("%(topic)s (workshop “%(title)s”)") % {"topic": session.topic, "title": workshop.title})
    event.add("status", "CANCELLED" if workshop.state == WorkshopState.CANCELLED else "CONFIRMED")
    event.add("url", f"{url}{workshop.pk}/")
    if where := "، ".join(filter(None, (session.room, session.link))):
        event.add("location", vText(where))
    if said := _description(session):
        event.add("description", vText(said))
    return event


def _description(session: Session) -> str:
    teachers = [f"{one.name}، {one.affiliation}" if one.affiliation else one.name for one in session.instructors.all()]
    cancelled = session.workshop.cancel_reason
    lines = [_("Does not take place: %(reason)s") % {"reason": cancelled}] if cancelled else []
    return "\n".join([*lines, *teachers])


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
