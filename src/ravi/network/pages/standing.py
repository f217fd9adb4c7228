"""Where a message stands, whom it is for and what units have answered, in words."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.accounts.models import Unit
from ravi.core.calendar import number
from ravi.network.models import Message, Offer, Version
from ravi.network.rules import MessageState, TargetKind

# State -> its bead (core.beads).
BEADS: Mapping[str, str] = {
    MessageState.DRAFT: "pending",
    MessageState.OFFERED: "sent",
    MessageState.ENDED: "cancelled",
    MessageState.WITHDRAWN: "cancelled",
}


def of(message: Message, draft: Version | None) -> tuple[str, str]:
    """(bead, words)."""
    words = str(Message.State(message.state).label)
    if message.state == MessageState.OFFERED and draft is not None and message.current is not None:
        words = _("Version %(n)s is with the units, %(next)s is being written") % {
            "n": number(message.current.number),
            "next": number(draft.number),
        }
    return BEADS[message.state], words


def chips(found: Mapping[str, int], asked: str) -> list[dict[str, Any]]:
    """The states to choose, with how many messages are in each."""
    base = reverse("network:messages")
    known = asked in set(MessageState)
    everything = {"label": _("All"), "url": base, "count": sum(found.values()), "is_current": not known}
    return [everything] + [
        {
            "label": Message.State(state).label,
            "url": f"{base}?state={state}",
            "count": found.get(state, 0),
            "is_current": asked == state,
        }
        for state in MessageState
        if found.get(state) or asked == state
    ]


def answers(message: Message) -> list[tuple[str, int]]:
    """(what they answered, how many units), the open ones first; empty before the first offer."""
    counts = dict(message.offers.order_by().values_list("state").annotate(Count("pk")))
    return [(str(Offer.State(state).label), counts[state]) for state in Offer.State.values if counts.get(state)]


def aims(message: Message) -> list[str]:
    """For whom it is, one line per aim."""
    return [aim(target) for target in message.targets.select_related("unit").order_by("kind", "unit_kind", "unit_id")]


def aim(target: Any) -> str:
    """One aim in words."""
    if target.kind == TargetKind.KIND:
        return _("Every unit of the kind “%(kind)s”") % {"kind": Unit.Kind(target.unit_kind).label}
    if target.kind == TargetKind.UNIT:
        return str(target.unit.name)
    if target.unit.parent_id is None:
        return _("All units")
    return _("%(unit)s and all under it") % {"unit": target.unit.name}


def reach(count: int) -> str:
    """To how many units it goes."""
    text = ngettext("It goes to %(n)s unit.", "It goes to %(n)s units.", count)
    return text % {"n": number(count)}
