"""Who is told what about channels: headquarters of a request, whoever asked of its end; and how connections' ends are said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.accounts.models import Person
from ravi.accounts.queries import people_who_may
from ravi.accounts.rules import Ability
from ravi.core import calendar
from ravi.directory.models import Channel
from ravi.directory.names import platform_name
from ravi.directory.rules import ChannelState
from ravi.notices.rules import Kind, register
from ravi.notices.services import tell


def register_kinds() -> None:
    """Announce the room's kinds of notices."""
    register(Kind("channel_requested", "turn", _requested))
    for state, sentence in {
        ChannelState.ACTIVE: _activated,
        ChannelState.FROZEN: _frozen,
        ChannelState.RETIRED: _retired,
    }.items():
        register(Kind(f"channel_{state}", "knot" if state is ChannelState.ACTIVE else "held", sentence))
    for name, bead, sentence in (
        ("connection_ends", "unknown", _ends),
        ("connection_ends_very_soon", "unknown", _ends),
        ("connection_ended", "blocked", _ended),
        ("connection_not_renewed", "unknown", _not_renewed),
        ("connection_elsewhere", "blocked", _elsewhere),
        ("connection_to_correct", "blocked", _to_correct),
    ):
        register(Kind(name, bead, sentence))


def tell_of_request(channel: Channel, *, by: Person) -> None:
    """Headquarters sees that a unit asks for a channel."""
    people = people_who_may(channel.institution_id, Ability.MANAGE_CHANNELS).exclude(pk=by.pk)
    _tell(channel, "channel_requested", set(people.values_list("pk", flat=True)))


def tell_of_move(channel: Channel, *, by: Person | None) -> None:
    """Whoever asked for the channel sees where it went; headquarters sees that one was frozen."""
    people = {channel.requested_by_id} if channel.requested_by_id else set()
    if channel.state == ChannelState.FROZEN:
        managers = people_who_may(channel.institution_id, Ability.MANAGE_CHANNELS)
        people |= set(managers.values_list("pk", flat=True))
    _tell(channel, f"channel_{channel.state}", people - {by.pk if by else None})


def _tell(channel: Channel, kind: str, people: set[Any]) -> None:
    url = reverse("directory:channel", args=[channel.pk])
    params = {"handle": channel.shown_handle, "unit": channel.unit.name}
    if people:
        tell(people, kind, params, url, institution_id=channel.institution_id)


def _requested(facts: Mapping[str, Any]) -> str:
    return _("%(unit)s asks for the channel %(handle)s. It waits for your word.") % facts


def _activated(facts: Mapping[str, Any]) -> str:
    return _("The channel %(handle)s is active and on the public list.") % facts


def _frozen(facts: Mapping[str, Any]) -> str:
    return _("The channel %(handle)s is frozen; nothing goes out on it.") % facts


def _retired(facts: Mapping[str, Any]) -> str:
    return _("The channel %(handle)s is retired.") % facts


def _ends(facts: Mapping[str, Any]) -> str:
    text = ngettext(
        "The key of %(n)s channel on %(platform)s holds until %(until)s: set a new one before that.",
        "The keys of %(n)s channels on %(platform)s hold until %(until)s at first: set new ones before that.",
        facts["count"],
    )
    return text % _said(facts)


def _ended(facts: Mapping[str, Any]) -> str:
    text = ngettext(
        "The key of %(n)s channel on %(platform)s has ended: set a new one.",
        "The keys of %(n)s channels on %(platform)s have ended: set new ones.",
        facts["count"],
    )
    return text % _said(facts)


def _not_renewed(facts: Mapping[str, Any]) -> str:
    text = ngettext(
        "%(platform)s no longer renews the key of %(n)s channel: connect it again.",
        "%(platform)s no longer renews the keys of %(n)s channels: connect them again.",
        facts["count"],
    )
    return text % _said(facts)


def _elsewhere(facts: Mapping[str, Any]) -> str:
    said = {**facts, "platform": platform_name(str(facts["platform"]))}
    return _("The key of %(handle)s (%(unit)s) opens another account on %(platform)s. Look at once.") % said


def _to_correct(facts: Mapping[str, Any]) -> str:
    said = {**facts, "platform": platform_name(str(facts["platform"]))}
    text = _(
        "Nothing goes out on %(handle)s (%(unit)s): its key opens another account on %(platform)s. Set this channel's own "
        "key; headquarters knows."
    )
    return text % said


def _said(facts: Mapping[str, Any]) -> dict[str, str]:
    until = str(facts.get("until") or "")
    return {
        "n": calendar.number(int(facts["count"])),
        "platform": platform_name(str(facts["platform"])),
        "until": calendar.day(datetime.fromisoformat(until)) if until else "",
    }
