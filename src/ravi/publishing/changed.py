"""What became of one copy that a correction is for: from the yes that it waits for to the words that people read. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from ravi.delivery.rules import OPEN, UNSENT, Action, State, Wait
from ravi.publishing.rules import PostState


class Fate(StrEnum):
    """In the order in which people care."""

    FAILED = "failed"
    UNKNOWN = "unknown"
    WAITS_FOR_OUTCOME = "waits_for_outcome"  # nobody knows yet whether what is to be changed went out
    BLOCKED = "blocked"  # the new words do not fit there
    BY_HAND = "by_hand"
    RETURNED = "returned"
    WAITS_FOR_YES = "waits_for_yes"
    HELD = "held"
    IN_LINE = "in_line"
    EDITED = "edited"
    ANSWERED = "answered"
    EXCHANGED = "exchanged"  # the new words went in the place of the old ones
    DROPPED = "dropped"


DONE = frozenset({Fate.EDITED, Fate.ANSWERED, Fate.EXCHANGED})
# Nothing comes of itself any more, or a person's act comes first.
RESTING = DONE | {Fate.FAILED, Fate.BLOCKED, Fate.BY_HAND, Fate.RETURNED, Fate.DROPPED, Fate.HELD}

OF_POST: Mapping[PostState, Fate] = {
    PostState.DRAFT: Fate.RETURNED,
    PostState.RETURNED: Fate.RETURNED,
    PostState.SUBMITTED: Fate.WAITS_FOR_YES,
    PostState.WITHDRAWN: Fate.DROPPED,
}
OF_STATE: Mapping[State, Fate] = {
    State.UNKNOWN: Fate.UNKNOWN,
    State.FAILED: Fate.FAILED,
    State.MISSED: Fate.FAILED,
    State.CANCELLED: Fate.DROPPED,
    State.SUPERSEDED: Fate.DROPPED,
    State.HELD: Fate.HELD,
}


def fate_before_order(post: PostState, *, is_blocked: bool) -> Fate:
    """Of a copy that is not in the ledger. An approved correction orders nothing where its copy was given up meanwhile."""
    if post is PostState.WITHDRAWN:
        return Fate.DROPPED
    return Fate.BLOCKED if is_blocked else OF_POST.get(post, Fate.DROPPED)


def fate_of(state: State, action: Action, waiting_for: str, *, by_hand: bool, is_reply: bool) -> Fate:
    """Of the newest change of the copy in the ledger."""
    if state is State.SENT:
        return Fate.EDITED if action is Action.EDIT else Fate.ANSWERED if is_reply else Fate.EXCHANGED
    if by_hand and state in UNSENT:
        return Fate.BY_HAND
    if state in OPEN:
        waits = waiting_for in (Wait.COPY, Wait.UNKNOWN)
        return Fate.WAITS_FOR_OUTCOME if waits else Fate.IN_LINE
    return OF_STATE[state]
