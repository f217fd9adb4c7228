"""What passes between the engine and its ports. Moments are seconds since 1970 in UTC (`Instant`).

What every copy needs anew is a NamedTuple: as fixed as a frozen dataclass, made at a third of its cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ravi.delivery.rules import State

Instant = float
NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Policy:
    """Every figure that the engine works with; none stands elsewhere."""

    lease_s: float = 60.0
    call_timeout_s: float = 40.0
    upload_bytes_per_s: float = 250_000.0
    upload_max_s: float = 240.0
    prepare_timeout_s: float = 10.0
    send_window_s: float = 5.0
    turn_wait_s: float = 0.25
    turn_slack_s: float = 0.002
    catch_up: float = 0.97
    concurrency: int = 200
    claim_batch: int = 200
    claim_room: int = 50
    fence_group: int = 100
    fence_gather_s: float = 0.004
    settle_batch: int = 200
    settle_gather_s: float = 0.02
    look_ahead_s: float = 2.0
    idle_s: float = 0.5
    tend_s: float = 1.0
    beat_s: float = 5.0
    mend_s: float = 30.0
    unknown_block_s: float = 600.0
    backoff_s: float = 2.0
    backoff_max_s: float = 60.0
    key_margin_s: float = 600.0
    repeat_after_s: float = 5.0
    look_after_s: float = 15.0
    look_max_s: float = 600.0
    look_tries: int = 12
    breaker_failures: int = 5
    breaker_s: float = 15.0
    breaker_max_s: float = 300.0
    probe_look_s: float = 5.0
    drain_s: float = 45.0
    lag_limit_s: float = 10.0
    clock_slack_s: float = 1.0

    def upload_s(self, size_bytes: int) -> float:
        """How much longer than `call_timeout_s` a call may take that carries so many bytes over a slow line."""
        return min(size_bytes / self.upload_bytes_per_s, self.upload_max_s)


@dataclass(frozen=True, slots=True)
class Means:
    """How a repeated publish behaves on a platform, as its adapter declares it. `own_server`: each channel is a server of
    its own, whose silence says nothing of the others."""

    kind: Literal["native", "natural", "lookup", "none"] = "none"
    lifetime_s: float | None = None
    by_credential: bool = False
    can_find: bool = False
    own_server: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop order in force."""

    id: int
    scope: str
    key: str
    institution_id: int | None
    removals_too: bool = False


class Head(NamedTuple):
    """The first waiting copy of one lane of one channel, with all that decides about it."""

    id: int
    institution_id: int
    unit_id: int
    campaign_id: int | None
    topic: str
    platform: str
    adapter: str
    route: str
    channel_id: int
    target: str
    bucket_key: str
    lane: int
    post_id: int
    action: str
    payload: str
    content_hash: str
    approved_hash: str
    due_at: Instant
    not_before: Instant
    valid_until: Instant | None
    lateness_limit_s: float
    miss_at: Instant
    attempt: int
    sent_maybe: bool
    key: str
    key_good_until: Instant | None
    key_scope: str
    first_called_at: Instant | None
    about_state: str
    about_remote_id: str
    reply_state: str
    reply_remote_id: str
    blocked_until: Instant
    channel_open: bool


class Lineup(NamedTuple):
    """One free channel: its pace, whether it is held, and the head of each lane, most urgent first."""

    channel_id: int
    next_at: Instant
    gap_s: float
    rate_per_s: float
    burst: int
    hold_code: str
    heads: Sequence[Head]


@dataclass(frozen=True, slots=True)
class Bucket:
    """A credential's pace: `tat` is the theoretical arrival time of the generic cell rate algorithm."""

    tat: Instant = 0.0
    paused_until: Instant = 0.0


@dataclass(frozen=True, slots=True)
class Breaker:
    """Health of one platform on one route."""

    failures: int = 0
    trips: int = 0
    open_until: Instant = 0.0
    probe_until: Instant = 0.0


BreakerKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Picture:
    """What a claim sees, locked for its transaction."""

    lineups: Sequence[Lineup]
    stops: Sequence[Stop]
    buckets: Mapping[str, Bucket]
    breakers: Mapping[BreakerKey, Breaker]


class Ticket(NamedTuple):
    """A claimed copy on its way: the fence asks for `owner` and `attempt` again. `step_s`: its credential's pace."""

    head: Head
    owner: str
    attempt: int
    start_at: Instant
    lease_until: Instant
    gap_s: float
    step_s: float = 0.0


class Passer(NamedTuple):
    """Who asks to pass the fence. `scope`: the credential that its key is bound to; `lease_until`: its engine is then
    taken for dead."""

    id: int
    attempt: int
    scope: str
    lease_until: Instant


class Change(NamedTuple):
    """One transition with its effects. Applied only where state, attempt and (if named) owner are still these."""

    id: int
    attempt: int
    before: tuple[State, ...]
    after: State
    cause: str
    owner: str = ""
    code: str = ""
    detail: str = ""
    evidence: str = ""
    remote_id: str = ""
    link: str = ""
    sent_maybe: bool = False
    not_before: Instant = 0.0
    look_at: Instant | None = None
    looks: int = 0
    key_good_until: Instant | None = None
    next_at: Instant = 0.0
    hold_channel: bool = False
    is_call: bool = False
    called_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a claim decides: who goes, who is set aside, when to look at each other channel again, and the new paces."""

    tickets: Sequence[Ticket]
    changes: Sequence[Change]
    wakes: Mapping[int, Instant | None]
    buckets: Mapping[str, Bucket]
    breakers: Mapping[BreakerKey, Breaker]


@dataclass(frozen=True, slots=True)
class Signals:
    """What a batch of outcomes says about paces and health."""

    pauses: Mapping[str, Instant] = field(default_factory=dict)
    health: Mapping[BreakerKey, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leased:
    """A claimed or sending copy whose lease has run out."""

    head: Head
    state: State
    owner: str
    gap_s: float


@dataclass(frozen=True, slots=True)
class Overdue:
    """A waiting or held copy whose last moment has come."""

    id: int
    attempt: int
    state: State
    sent_maybe: bool
    valid_until: Instant | None


@dataclass(frozen=True, slots=True)
class Case:
    """An unknown copy whose turn to be looked at has come."""

    head: Head
    looks: int
    gap_s: float


# Outcomes ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Delivered:
    """The platform took it."""

    remote_id: str
    link: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Limited:
    """Not now, says the platform: nothing was published."""

    retry_after_s: float
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Provably no effect."""

    reason: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class NoRoom:
    """Nobody was asked: too much else is on its way out of this engine. The platform has nothing to do with it."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """No for good."""

    code: str
    detail: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class CredentialsRefused:
    """The platform does not accept this channel's credential."""

    detail: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Unsure:
    """It may or may not have been published."""

    detail: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class KeySpent:
    """Not sent now, and the key of an earlier unclear attempt no longer protects a repetition."""

    detail: str
    evidence: str = ""


Outcome = Delivered | Limited | NotSent | NoRoom | Rejected | CredentialsRefused | Unsure | KeySpent


@dataclass(frozen=True, slots=True)
class Found:
    """Read back: it is there."""

    remote_id: str
    link: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """Read back: it is not there."""

    evidence: str = ""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Reading back did not work this time."""

    detail: str


Finding = Found | Absent | CannotTell
