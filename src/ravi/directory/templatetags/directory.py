"""How channels look in pages: their bead, and their platform in the reader's language."""

from django import template

from ravi.directory import names
from ravi.directory.models import Finding
from ravi.directory.rules import ChannelState, ErrandOutcome

register = template.Library()

BEADS = {
    ChannelState.REQUESTED: "turn",
    ChannelState.ACTIVE: "sent",
    ChannelState.FROZEN: "held",
    ChannelState.RETIRED: "cancelled",
}


@register.filter
def channel_bead(state: str) -> str:
    """The bead of a channel's state, for {% bead %} and {% state %}."""
    return BEADS[ChannelState(state)]


@register.filter
def platform_name(platform: str) -> str:
    """{{ channel.platform|platform_name }}: بله"""
    return names.platform_name(platform)


@register.filter
def outcome_bead(outcome: str) -> str:
    """The bead of what an errand found."""
    if outcome == ErrandOutcome.VERIFIED:
        return "knot"
    return "unknown" if outcome in {ErrandOutcome.NOT_REACHED, ErrandOutcome.NOT_POSSIBLE} else "blocked"


@register.filter
def limit_name(name: str) -> str:
    """What a finding is about: نویسهٔ متن"""
    return names.limit_name(name)


@register.filter
def limit_value(finding: Finding) -> str:
    """{{ finding|limit_value }}: ۵۰۰"""
    return names.limit_value(finding.name, finding.value)


@register.filter
def limit_documented(finding: Finding) -> str:
    """What the platform documents in its place."""
    return "" if finding.documented is None else names.limit_value(finding.name, finding.documented)
