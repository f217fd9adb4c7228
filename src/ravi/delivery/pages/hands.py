"""Says of a copy by hand what a person is asked for, and what they did."""

from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from ravi.core import calendar
from ravi.delivery.rules import Action, Code, State, Wait


class Told(Protocol):
    """What these sentences need of a copy."""

    @property
    def state(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def sent_at(self) -> datetime | None: ...
    @property
    def waiting_for(self) -> str: ...


def of_line(line: Told, platform: str) -> str:
    """What differs from a copy that a program carries; "" where nothing does."""
    said = {"platform": platform, "when": calendar.day_and_hour(line.sent_at, year=False) if line.sent_at else ""}
    state = State(line.state)
    if state is State.HELD and line.code == Code.BY_HAND:
        return _held(line) % said
    if state is State.SENT:
        return _done()[Action(line.action)] % said
    if state is State.FAILED and line.code == Code.NOT_DONE:
        return _not_done(line) % (said | {"why": line.detail.strip().rstrip(".")})
    if state is State.MISSED and line.code == Code.LATE:
        return _("Nobody published it on %(platform)s by hand in time. It was not published.") % said
    return ""


def asked(action: str) -> str:
    """What a person is asked for, as a heading."""
    return {
        Action.PUBLISH: _("Publish it by hand"),
        Action.EDIT: _("Replace the text by hand"),
        Action.DELETE: _("Remove it by hand"),
        Action.PIN: _("Pin it by hand"),
    }[Action(action)]


def word(action: str) -> str:
    """The same in two words."""
    return {
        Action.PUBLISH: _("Publish by hand"),
        Action.EDIT: _("Replace by hand"),
        Action.DELETE: _("Remove by hand"),
        Action.PIN: _("Pin by hand"),
    }[Action(action)]


def _held(line: Told) -> str:
    if line.waiting_for == Wait.STOP:
        return _("It waits for a person's hand on %(platform)s, and sending is stopped: nobody publishes it now.")
    return {
        Action.PUBLISH: _("It waits for a person, who publishes it on %(platform)s by hand and says so here."),
        Action.EDIT: _("It waits for a person, who replaces the text on %(platform)s by hand and says so here."),
        Action.DELETE: _("It still stands on %(platform)s. A person removes it there by hand and says so here."),
        Action.PIN: _("It waits for a person, who pins it on %(platform)s by hand and says so here."),
    }[Action(line.action)]


def _done() -> dict[Action, str]:
    return {
        Action.PUBLISH: _("A person published it on %(platform)s by hand: %(when)s."),
        Action.EDIT: _("A person replaced the text on %(platform)s by hand: %(when)s."),
        Action.DELETE: _("A person removed it from %(platform)s by hand: %(when)s."),
        Action.PIN: _("A person pinned it on %(platform)s by hand: %(when)s."),
    }


def _not_done(line: Told) -> str:
    if line.action == Action.DELETE:
        return _("A person could not remove it from %(platform)s: %(why)s. It can still be read there.")
    return _("A person could not do it on %(platform)s: %(why)s. Nothing was published.")
