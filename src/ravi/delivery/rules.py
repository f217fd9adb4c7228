"""What a copy can be, what may become of it, and who decides; pure: no database, no clock, `now` comes in."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Protocol


class State(StrEnum):
    """Where one copy stands."""

    HELD = "held"
    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    MISSED = "missed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


class Action(StrEnum):
    """What a delivery does on its channel."""

    PUBLISH = "publish"
    EDIT = "edit"
    DELETE = "delete"
    PIN = "pin"


class Lane(IntEnum):
    """Whose turn comes first on a channel; order holds inside a lane."""

    CORRECTION = 0
    EMERGENCY = 1
    NORMAL = 2


class Scope(StrEnum):
    """How far a stop order reaches."""

    ALL = "all"
    INSTITUTION = "institution"
    UNIT = "unit"
    CAMPAIGN = "campaign"
    PLATFORM = "platform"
    CHANNEL = "channel"
    TOPIC = "topic"


class Verdict(StrEnum):
    """What a person found when they looked for an unknown copy."""

    THERE = "there"
    NOT_THERE = "not_there"
    LEAVE = "leave"


class Wait(StrEnum):
    """What a copy waits for; a copy that is due and waits for nothing of these is silent."""

    TIME = "time"
    STOP = "stop"
    PERSON = "person"
    HAND = "hand"
    BY_HAND = "by_hand"
    CHANNEL = "channel"
    OUTAGE = "outage"
    PAUSE = "pause"
    COPY = "copy"
    UNKNOWN = "unknown"
    LINE = "line"
    PACE = "pace"


class Code(StrEnum):
    """Why a copy is where it is, beyond its state; a platform's own code may stand in the same place."""

    STOP = "stop"
    CHANNEL_CLOSED = "channel_closed"
    CREDENTIALS = "credentials_refused"
    NOT_APPROVED = "not_approved"
    NOTHING_TO_CHANGE = "nothing_to_change"
    NO_ADDRESS = "no_address"
    EXPIRED = "expired"
    LATE = "late"
    KEY_SPENT = "key_spent"
    NO_ANSWER = "no_answer"
    ENGINE_GONE = "engine_gone"
    NOT_REACHED = "not_reached"
    RATE_LIMITED = "rate_limited"
    RESTORED = "restored"
    BY_HAND = "by_hand"
    NOT_DONE = "not_done"
    PICTURE_GONE = "picture_gone"


S = State
# What may follow what. A copy leaves `sent`, `failed`, `missed`, `cancelled` and `superseded` never.
TRANSITIONS: Mapping[State, frozenset[State]] = {
    S.HELD: frozenset({S.PENDING, S.CANCELLED, S.SUPERSEDED, S.MISSED, S.UNKNOWN, S.SENT, S.FAILED}),
    S.PENDING: frozenset({S.CLAIMED, S.HELD, S.MISSED, S.UNKNOWN, S.FAILED, S.CANCELLED, S.SUPERSEDED, S.SENT}),
    S.CLAIMED: frozenset({S.PENDING, S.SENDING, S.HELD, S.FAILED, S.UNKNOWN, S.CANCELLED}),
    S.SENDING: frozenset({S.SENT, S.FAILED, S.UNKNOWN, S.PENDING, S.HELD, S.CANCELLED}),
    S.UNKNOWN: frozenset({S.SENT, S.PENDING, S.FAILED, S.MISSED, S.HELD, S.CANCELLED}),
    S.SENT: frozenset(),
    S.FAILED: frozenset(),
    S.MISSED: frozenset(),
    S.CANCELLED: frozenset(),
    S.SUPERSEDED: frozenset(),
}
# What a person says they did is so, also against an earlier word: a confirmation taken back for a short while, and a copy
# that was given up and published all the same. Only of copies by hand; none of them can be sent by a program.
HAND_TRANSITIONS: Mapping[State, frozenset[State]] = {
    S.SENT: frozenset({S.HELD}),
    S.FAILED: frozenset({S.SENT}),
    S.MISSED: frozenset({S.SENT}),
    S.CANCELLED: frozenset({S.SENT}),
    S.SUPERSEDED: frozenset({S.SENT}),
}
TERMINAL = frozenset(state for state, following in TRANSITIONS.items() if not following)
SETTLED = TERMINAL | {S.UNKNOWN, S.HELD}
OPEN = frozenset({S.PENDING, S.CLAIMED, S.SENDING})
# Nobody has begun to send it; one that waits to be repeated after an unclear attempt may be out all the same.
UNSENT = frozenset({S.HELD, S.PENDING})
# What the database's indexes see of the state: one word for all that is open, so that a claim and a fence touch none.
OPEN_STAGE = "open"
# An edit, a removal or a pin waits while its copy, or an earlier change of it, is in one of these.
UNDECIDED = OPEN | {S.HELD, S.UNKNOWN}

# What an outage made later than this is missed (docs/delivery-semantics.md).
LATENESS_LIMIT_S = 7200
# The adapter whose copies no program carries: a person does, and says so (docs/decisions/0018-by-hand.md).
MANUAL = "manual"
# A publication waits a week for a person; a correction or a removal for as long as what it is about stands there.
HAND_LATENESS_S = 7 * 86_400
HAND_CHANGE_LATENESS_S = 10 * 365 * 86_400
# So long a confirmation can be taken back; afterwards it can only be corrected.
TAKE_BACK_S = 900
# Whoever should do it is reminded so long before it is missed.
HAND_REMINDER_S = 86_400
# Within five minutes every due copy is settled, or says why it waits, or is shown as silent.
SILENT_AFTER_S = 300
# An unknown copy that nobody has looked at for so long is marked, and whoever may answer is told.
UNKNOWN_LONG_S = 300
# An engine that has not beaten for so long is dead to people.
DEAD_AFTER_S = 60
TROUBLE = frozenset({S.FAILED, S.UNKNOWN, S.MISSED})

_ASKS: Mapping[State, str] = {S.UNKNOWN: "look", S.FAILED: "read_reason", S.MISSED: "send_again", S.HELD: "release"}


class IllegalTransition(Exception):
    """Some code wanted a copy to go where no copy goes."""


def check_transition(before: State, after: State, *, by_hand: bool = False) -> None:
    """Raise IllegalTransition unless a copy, or one by hand, may go from `before` to `after`."""
    more = HAND_TRANSITIONS.get(before, frozenset()) if by_hand else frozenset()
    if after not in TRANSITIONS[before] | more:
        raise IllegalTransition(f"A copy does not go from {before} to {after}.")


def asks(state: State, code: str = "") -> str:
    """What the state asks of a person: "", release, renew_credential, do_by_hand, look, read_reason or send_again."""
    if state is State.HELD and code == Code.CREDENTIALS:
        return "renew_credential"
    if state is State.HELD and code == Code.BY_HAND:
        return "do_by_hand"
    return _ASKS.get(state, "")


class Placed(Protocol):
    """Whatever a stop order may cover."""

    @property
    def institution_id(self) -> int: ...
    @property
    def unit_id(self) -> int: ...
    @property
    def campaign_id(self) -> int | None: ...
    @property
    def platform(self) -> str: ...
    @property
    def channel_id(self) -> int: ...
    @property
    def topic(self) -> str: ...
    @property
    def action(self) -> str: ...


class Stopping(Protocol):
    """A stop order in force."""

    @property
    def scope(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def institution_id(self) -> int | None: ...
    @property
    def removals_too(self) -> bool: ...


def covers(stop: Stopping, copy: Placed) -> bool:
    """Whether the stop holds this copy. Removals go on unless the stop says otherwise."""
    if copy.action == Action.DELETE and not stop.removals_too:
        return False
    if stop.scope == Scope.ALL:
        return True
    if stop.institution_id != copy.institution_id:
        return False
    return stop.scope == Scope.INSTITUTION or stop.key == _scope_key(stop.scope, copy)


def _scope_key(scope: str, copy: Placed) -> str | None:
    keys = {
        Scope.UNIT: str(copy.unit_id),
        Scope.CAMPAIGN: None if copy.campaign_id is None else str(copy.campaign_id),
        Scope.PLATFORM: copy.platform,
        Scope.CHANNEL: str(copy.channel_id),
        Scope.TOPIC: copy.topic or None,
    }
    return keys[Scope(scope)]


def kept_back(after: State, sent_maybe: bool, *, is_removed_next: bool = False) -> State:
    """Where a copy of older words goes that would go back into the line: out of it, or before a person who looks. What may be
    out and is removed next is repeated under its key all the same: that brings the address by which it is removed."""
    if after not in (State.PENDING, State.HELD) or (sent_maybe and is_removed_next):
        return after
    return State.UNKNOWN if sent_maybe else State.CANCELLED


def is_approved(copy_hash: str, approved_hash: str) -> bool:
    """What was approved is what is sent."""
    return copy_hash == approved_hash


def miss_at(due_at: float, valid_until: float | None, lateness_limit_s: float) -> float:
    """The moment from which a copy that waits is no longer sent by itself."""
    late = due_at + lateness_limit_s
    return late if valid_until is None else min(late, valid_until)


def hand_lateness_s(action: str) -> int:
    """How long a copy by hand waits for its person."""
    return HAND_CHANGE_LATENESS_S if action in (Action.EDIT, Action.DELETE) else HAND_LATENESS_S


def held_until(code: str, valid_until: float | None, miss_at: float) -> float | None:
    """The moment at which a held copy is missed: its last day, or for one that waits for a hand also its lateness."""
    return miss_at if code == Code.BY_HAND else valid_until


def is_stale(now: float, limit: float | None) -> bool:
    """Whether the moment after which nothing is sent has come."""
    return limit is not None and now >= limit


def is_long_unknown(unknown_for_s: float, look_in_s: float | None) -> bool:
    """Whether an unknown copy has waited too long for somebody; not while Ravi is about to look by itself."""
    return unknown_for_s >= UNKNOWN_LONG_S and (look_in_s is None or look_in_s <= 0)


def _check_tables() -> None:
    if set(TRANSITIONS) != set(State):
        raise AssertionError("every state needs a line in TRANSITIONS")
    reached = frozenset().union(*TRANSITIONS.values())
    lost = set(State) - reached
    if lost:
        raise AssertionError(f"no state leads to {sorted(lost)}")
    if State.SENDING in TRANSITIONS[S.PENDING] or State.SENDING in TRANSITIONS[S.UNKNOWN]:
        raise AssertionError("only a claimed copy may pass the fence")


_check_tables()
