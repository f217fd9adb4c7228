"""Stop orders in words: what is stopped, by whom, since when; and what the button in sight would stop."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import people_by_id, rights, units_by_id
from ravi.accounts.rules import Ability
from ravi.core import calendar
from ravi.core.calendar import number
from ravi.delivery.models import StopOrder
from ravi.delivery.queries import kept_back, stops_in_sight
from ravi.delivery.rules import Scope
from ravi.delivery.topics import topic_name
from ravi.directory.models import Channel
from ravi.directory.names import platform_name
from ravi.directory.queries import channels_by_id


@dataclass(frozen=True)
class Stop:
    """One order as a page tells it."""

    pk: int
    scope: str
    what: str
    who: str
    at: datetime
    reason: str
    removals_too: bool
    lifted_by: str
    lifted_at: datetime | None
    is_own: bool
    may_lift: bool
    waiting: int = 0
    later: int = 0

    @property
    def weight(self) -> str:
        """How many copies it keeps back."""
        if not self.waiting and not self.later:
            return _("No copy waits because of it.")
        said = {"n": number(self.waiting), "later": number(self.later)}
        if not self.later:
            return ngettext("%(n)s copy waits.", "%(n)s copies wait.", self.waiting) % said
        if not self.waiting:
            return ngettext("%(later)s copy is due later.", "%(later)s copies are due later.", self.later) % said
        return _("%(n)s waiting, %(later)s due later.") % said

    @property
    def sentence(self) -> str:
        """Who stopped it and when."""
        said = {"who": self.who, "when": calendar.day_and_hour(self.at, year=False)}
        return _("Stopped by %(who)s, %(when)s. Nothing is lost.") % said


@dataclass(frozen=True)
class StopButton:
    """What the button in sight stops, and the orders in force."""

    may_stop: bool
    scope: str
    key: str
    active: list[Stop]

    @property
    def label(self) -> str:
        """What the button stops: more than the message beside which it stands."""
        return _("Stop all sending") if self.scope == Scope.INSTITUTION else _("Stop the unit's sending")


def stop_button(person: Person, orders: Iterable[StopOrder], *, is_going: bool) -> StopButton:
    """The widest scope that this person may stop; the button shows while something goes out and is not stopped yet."""
    scope, key = widest(person)
    active = told(stops_in_sight(orders, person), person)
    is_stopped = any(stop.scope in (Scope.ALL, Scope.INSTITUTION) for stop in active)
    return StopButton(bool(scope) and is_going and not is_stopped, scope, key, active)


def widest(person: Person) -> tuple[str, str]:
    """(scope, key) of the largest stop within this person's rights; ("", "") without the right."""
    mine = rights(person)
    if mine.may_everywhere(Ability.STOP_SENDING):
        return str(Scope.INSTITUTION), ""
    roles = [role for role in mine.roles if role.gives(Ability.STOP_SENDING)]
    return (str(Scope.UNIT), str(roles[0].unit_id)) if roles else ("", "")


def told(orders: Iterable[StopOrder], person: Person, *, weigh_at: datetime | None = None) -> list[Stop]:
    """The orders with names in the place of keys: at most three queries, one more when they are weighed."""
    listed = list(orders)
    weights = kept_back(listed, weigh_at) if weigh_at else {}
    units = units_by_id([int(order.key) for order in listed if order.scope == Scope.UNIT])
    channels = channels_by_id([int(order.key) for order in listed if order.scope == Scope.CHANNEL])
    people = people_by_id({pk for order in listed for pk in (order.stopped_by_id, order.lifted_by_id) if pk})
    made = [_told(order, units, channels, people, person) for order in listed]
    return [replace(one, waiting=weights.get(one.pk, (0, 0))[0], later=weights.get(one.pk, (0, 0))[1]) for one in made]


def _told(
    order: StopOrder,
    units: dict[int, Unit],
    channels: dict[int, Channel],
    people: dict[int, Person],
    person: Person,
) -> Stop:
    # The operator's stop reaches institutions that do not know its stopper.
    named = {} if order.scope == Scope.ALL else people
    who = named.get(order.stopped_by_id) if order.stopped_by_id else None
    lifted_by = named.get(order.lifted_by_id) if order.lifted_by_id else None
    return Stop(
        pk=order.pk,
        scope=order.scope,
        what=_what(order, units, channels),
        who=who.name if who else _("whoever runs this Ravi"),
        at=order.stopped_at,
        reason=order.reason,
        removals_too=order.removals_too,
        lifted_by=lifted_by.name if lifted_by else _("whoever runs this Ravi"),
        lifted_at=order.lifted_at,
        is_own=order.stopped_by_id == person.pk,
        may_lift=order.scope != Scope.ALL and rights(person).may(Ability.RESUME_SENDING),
    )


def _what(order: StopOrder, units: dict[int, Unit], channels: dict[int, Channel]) -> str:
    """What is stopped, or was."""
    holds, held, said = _words(order, units, channels)
    return (held if order.lifted_at else holds) % said


def _words(order: StopOrder, units: dict[int, Unit], channels: dict[int, Channel]) -> tuple[str, str, dict[str, str]]:
    if order.scope == Scope.UNIT and int(order.key) in units:
        said = {"unit": units[int(order.key)].name}
        return _("Sending of %(unit)s is stopped"), _("Sending of %(unit)s was stopped"), said
    if order.scope == Scope.PLATFORM:
        said = {"platform": platform_name(order.key)}
        return _("Sending to %(platform)s is stopped"), _("Sending to %(platform)s was stopped"), said
    if order.scope == Scope.CHANNEL and int(order.key) in channels:
        channel = channels[int(order.key)]
        said = {"platform": platform_name(channel.platform), "unit": channel.unit.name}
        is_stopped = _("Sending to %(platform)s of %(unit)s is stopped")
        return is_stopped, _("Sending to %(platform)s of %(unit)s was stopped"), said
    if order.scope == Scope.TOPIC:
        said = {"topic": topic_name(order.key)}
        return _("Paused: %(topic)s"), _("Was paused: %(topic)s"), said
    if order.scope == Scope.CAMPAIGN:
        return _("Sending of one campaign is stopped"), _("Sending of one campaign was stopped"), {}
    if order.scope == Scope.ALL:
        by_operator = _("All sending is stopped by whoever runs this Ravi")
        return by_operator, _("All sending was stopped by whoever runs this Ravi"), {}
    return _("All sending is stopped"), _("All sending was stopped"), {}
