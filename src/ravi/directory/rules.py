"""States of a channel, who may move it, and what an errand can find. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from ravi.accounts.rules import Ability, Rights


class ChannelState(StrEnum):
    """Where a channel stands between a unit's request and its end."""

    REQUESTED = "requested"
    ACTIVE = "active"
    FROZEN = "frozen"
    RETIRED = "retired"


class ErrandKind(StrEnum):
    """What the engine is asked to do for a channel besides sending."""

    VERIFY = "verify"
    PROBE = "probe"


class ErrandState(StrEnum):
    """How far the engine is."""

    REQUESTED = "requested"
    CLAIMED = "claimed"
    DONE = "done"


class ErrandOutcome(StrEnum):
    """What the engine found."""

    VERIFIED = "verified"
    OTHER_ACCOUNT = "other_account"
    REFUSED = "refused"
    NOT_ALLOWED = "not_allowed"
    NOT_REACHED = "not_reached"
    NO_CREDENTIAL = "no_credential"
    NOT_POSSIBLE = "not_possible"


TRANSITIONS: Mapping[ChannelState, frozenset[ChannelState]] = {
    ChannelState.REQUESTED: frozenset({ChannelState.ACTIVE, ChannelState.RETIRED}),
    ChannelState.ACTIVE: frozenset({ChannelState.FROZEN, ChannelState.RETIRED}),
    ChannelState.FROZEN: frozenset({ChannelState.ACTIVE, ChannelState.RETIRED}),
    ChannelState.RETIRED: frozenset(),
}

# Freezing is a kind of stop, so whoever may stop may freeze; everything else is headquarters' word.
NEEDED: Mapping[ChannelState, Ability] = {
    ChannelState.ACTIVE: Ability.MANAGE_CHANNELS,
    ChannelState.FROZEN: Ability.STOP_SENDING,
    ChannelState.RETIRED: Ability.MANAGE_CHANNELS,
}

# A citizen may have an old link to a frozen channel, so it stays on the list, with a word of warning.
LISTABLE = frozenset({ChannelState.ACTIVE, ChannelState.FROZEN})

# Whose connection is looked at, and told about (directory/connections.py says it in SQL).
LOOKED_AT = frozenset({ChannelState.ACTIVE, ChannelState.FROZEN})

ERRAND_LEASE_S = 60


def next_states(state: str, rights: Rights, unit_id: int) -> list[ChannelState]:
    """Where this person may move a channel of that unit, in the order of ChannelState."""
    ahead = TRANSITIONS[ChannelState(state)]
    return [to for to in ChannelState if to in ahead and rights.may(NEEDED[to], unit_id)]


def may_edit(state: str, rights: Rights, unit_id: int) -> bool:
    """Headquarters always; the unit while its request is open."""
    if state == ChannelState.RETIRED:
        return False
    is_open_request = state == ChannelState.REQUESTED and rights.may(Ability.WRITE_POST, unit_id)
    return is_open_request or rights.may(Ability.MANAGE_CHANNELS, unit_id)


def address_of(adapter: str, platform: str, handle: str, link: str) -> str:
    """The target that the adapter is given: a site's or our own page's address, a list's address, else the account."""
    if adapter in {"wordpress", "feeds"}:
        return link
    return f"{platform}/{handle}" if adapter == "sandbox" else handle
