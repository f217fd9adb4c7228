"""How the school's notices speak: one sentence per kind, made in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ravi.core import calendar
from ravi.notices.rules import Kind, register


def nominated(params: Mapping[str, Any]) -> str:
    """To whoever was sent."""
    return _("%(who)s sends you to the workshop “%(title)s”. Say whether you come.") % params


def queued(params: Mapping[str, Any]) -> str:
    """To whoever was sent where no seat was free."""
    return _("%(who)s put you on the waiting list of the workshop “%(title)s”.") % params


def seat_free(params: Mapping[str, Any]) -> str:
    """To whoever waited."""
    return _("A seat in the workshop “%(title)s” is free for you. Say whether you come.") % params


def seat_declined(params: Mapping[str, Any]) -> str:
    """To whoever sent them."""
    return _("%(who)s does not come to the workshop “%(title)s”.") % params


def seat_cancelled(params: Mapping[str, Any]) -> str:
    """To whoever was on the list."""
    return _("%(who)s took you off the list of the workshop “%(title)s”.") % params


def seat_lapsed(params: Mapping[str, Any]) -> str:
    """To whoever did not confirm."""
    return _("You did not say whether you come to the workshop “%(title)s”: your seat went to somebody else.") % params


def session_moved(params: Mapping[str, Any]) -> str:
    """To whoever comes or waits."""
    return _("“%(topic)s” in the workshop “%(title)s” is now on %(when)s %(where)s") % _placed(params)


def session_near(params: Mapping[str, Any]) -> str:
    """To whoever has a seat."""
    return _("The workshop “%(title)s” begins soon: “%(topic)s” on %(when)s %(where)s") % _placed(params)


def workshop_cancelled(params: Mapping[str, Any]) -> str:
    """To whoever would have come."""
    return _("The workshop “%(title)s” does not take place: %(reason)s") % params


def _placed(params: Mapping[str, Any]) -> dict[str, Any]:
    when = calendar.day_and_hour(datetime.fromisoformat(params["starts_at"]), year=False)
    where = _("in %(room)s.") % {"room": params["room"]} if params["room"] else ""
    return {**params, "when": when, "where": where}


def register_kinds() -> None:
    """Called once, when apps are ready."""
    register(Kind("nominated", "turn", nominated))
    register(Kind("queued", "wait", queued))
    register(Kind("seat_free", "turn", seat_free))
    register(Kind("seat_declined", "cancelled", seat_declined))
    register(Kind("seat_cancelled", "cancelled", seat_cancelled))
    register(Kind("seat_lapsed", "cancelled", seat_lapsed))
    register(Kind("session_moved", "unknown", session_moved, is_urgent=lambda _params: True))
    register(Kind("session_near", "turn", session_near))
    register(Kind("workshop_cancelled", "cancelled", workshop_cancelled, is_urgent=lambda _params: True))
