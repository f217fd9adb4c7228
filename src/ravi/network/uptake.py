"""How far a message has come at one unit, on one channel: the whole rule, and what of many copies is said first. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ravi.delivery.rules import Action, State
from ravi.network.rules import AdoptionKind, MessageState, OfferState, is_late
from ravi.publishing.rules import PostState


class Uptake(StrEnum):
    """What headquarters reads of a unit, or of one of its channels; in the order of the way."""

    NOT_SEEN = "not_seen"
    SEEN = "seen"
    LATE = "late"  # no answer, and the deadline has passed
    DECLINED = "declined"
    ADOPTED = "adopted"  # waits for approval
    ADAPTED = "adapted"  # waits for approval, in the unit's words
    RETURNED = "returned"  # the approver sent it back
    WAITS = "waits"  # a newer version halted it: nothing goes until the unit has chosen
    APPROVED = "approved"  # its turn has come
    SCHEDULED = "scheduled"  # its time has not
    PUBLISHED = "published"
    CORRECTED = "corrected"
    UNKNOWN = "unknown"
    FAILED = "failed"
    BLOCKED = "blocked"  # the text does not fit there, and stays out
    MISSED = "missed"  # its last day passed first, with an answer or without
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"  # headquarters ended it before an answer


@dataclass(frozen=True)
class Asked:
    """An offer as the rule sees it; `valid_until` and `message` are those of the message."""

    offer: OfferState
    message: MessageState
    is_seen: bool = False
    deadline: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True)
class Answered:
    """The answer that stands; `post` is None for a no, and `is_halted` while it waits because of a newer version."""

    kind: AdoptionKind
    post: PostState | None = None
    is_halted: bool = False


@dataclass(frozen=True)
class Carried:
    """One delivery on the channel, in the order in which they were ordered; an answer that corrects counts as an edit."""

    action: Action
    state: State
    due_at: datetime
    is_correction: bool = False


# What an answer is before anything of it is in the ledger; ADOPTED stands for the kind of the answer.
OF_POST: Mapping[PostState, Uptake] = {
    PostState.DRAFT: Uptake.ADOPTED,
    PostState.SUBMITTED: Uptake.ADOPTED,
    PostState.RETURNED: Uptake.RETURNED,
    PostState.APPROVED: Uptake.APPROVED,
    PostState.WITHDRAWN: Uptake.WITHDRAWN,
}
# What a copy in the ledger is; of one that waits, its time decides.
OF_COPY: Mapping[State, Uptake] = {
    State.HELD: Uptake.APPROVED,
    State.PENDING: Uptake.APPROVED,
    State.CLAIMED: Uptake.APPROVED,
    State.SENDING: Uptake.APPROVED,
    State.SENT: Uptake.PUBLISHED,
    State.FAILED: Uptake.FAILED,
    State.UNKNOWN: Uptake.UNKNOWN,
    State.MISSED: Uptake.MISSED,
    State.CANCELLED: Uptake.WITHDRAWN,
    State.SUPERSEDED: Uptake.WITHDRAWN,
}
# A unit stands where the hindmost of its copies stands; what somebody must look at comes first.
HINDMOST: Sequence[Uptake] = (
    Uptake.UNKNOWN,
    Uptake.FAILED,
    Uptake.MISSED,
    Uptake.RETURNED,
    Uptake.WAITS,
    Uptake.ADAPTED,
    Uptake.ADOPTED,
    Uptake.APPROVED,
    Uptake.SCHEDULED,
    Uptake.PUBLISHED,
    Uptake.CORRECTED,
    Uptake.WITHDRAWN,
    Uptake.BLOCKED,
)
UNANSWERED = frozenset({Uptake.NOT_SEEN, Uptake.SEEN, Uptake.LATE})
OUT = frozenset({Uptake.PUBLISHED, Uptake.CORRECTED})
WAITS_FOR_YES = frozenset({Uptake.ADOPTED, Uptake.ADAPTED})
# What would go, or would wait for its yes, if no newer version had halted it; a copy that was halted stands cancelled.
HALTED = frozenset({Uptake.ADOPTED, Uptake.ADAPTED, Uptake.APPROVED, Uptake.SCHEDULED})


def of_copy(
    asked: Asked, answered: Answered | None, carried: Sequence[Carried], now: datetime, *, is_blocked: bool = False
) -> Uptake:
    """One channel of one unit; `is_blocked`: the text does not fit there, so that no copy was ever ordered."""
    if answered is None:
        return _unanswered(asked, now)
    if answered.kind is AdoptionKind.DECLINED or answered.post is None:
        return Uptake.DECLINED
    published = [place for place, one in enumerate(carried) if one.action is Action.PUBLISH]
    if published:
        state = _of_ledger(carried[published[-1] :], carried, now)
        is_taken_out = state in HALTED or carried[published[-1]].state is State.CANCELLED
        return _halted(asked, answered, now) or state if is_taken_out else state
    if is_blocked and answered.post is not PostState.WITHDRAWN:
        return Uptake.BLOCKED
    state = _waiting(asked, answered.kind, answered.post, now)
    return _halted(asked, answered, now) or state if state in HALTED else state


def of_unit(lines: Iterable[Uptake], otherwise: Uptake) -> Uptake:
    """Where a unit stands, from its channels; `otherwise` where it has none."""
    found = set(lines)
    return next((one for one in HINDMOST if one in found), min(found, default=otherwise))


def counted(states: Collection[Uptake]) -> dict[Uptake, int]:
    """How many of each, in the order of the way; the counts sum to all."""
    counts = Counter(states)
    return {one: counts[one] for one in Uptake if counts[one]}


def _unanswered(asked: Asked, now: datetime) -> Uptake:
    if asked.offer is OfferState.CLOSED or asked.message is not MessageState.OFFERED:
        return Uptake.CLOSED
    if asked.valid_until is not None and asked.valid_until <= now:
        return Uptake.MISSED
    if is_late(asked.deadline, None, now):
        return Uptake.LATE
    return Uptake.SEEN if asked.is_seen else Uptake.NOT_SEEN


def _halted(asked: Asked, answered: Answered, now: datetime) -> Uptake | None:
    if not answered.is_halted or answered.post is PostState.WITHDRAWN:
        return None
    return Uptake.MISSED if asked.valid_until is not None and asked.valid_until <= now else Uptake.WAITS


def _waiting(asked: Asked, kind: AdoptionKind, post: PostState, now: datetime) -> Uptake:
    state = OF_POST[post]
    if state is not Uptake.WITHDRAWN and asked.valid_until is not None and asked.valid_until <= now:
        return Uptake.MISSED
    return Uptake.ADAPTED if state is Uptake.ADOPTED and kind is AdoptionKind.ADAPTED else state


def _of_ledger(since: Sequence[Carried], carried: Sequence[Carried], now: datetime) -> Uptake:
    """`since` begins with the last copy that was ordered: an older one may have been removed for its sake."""
    last = since[0]
    if last.state is State.SENT:
        if any(one.action is Action.DELETE and one.state is State.SENT for one in since):
            return Uptake.WITHDRAWN
        edits = [one.state for one in carried if one.action is Action.EDIT and one.state in (State.SENT, State.FAILED)]
        is_edited = edits[-1:] == [State.SENT]  # an older edit does not answer for the newest
        return Uptake.CORRECTED if is_edited or last.is_correction else Uptake.PUBLISHED
    is_early = last.state is State.PENDING and last.due_at > now
    return Uptake.SCHEDULED if is_early else OF_COPY[last.state]
