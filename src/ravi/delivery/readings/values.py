"""What passes between the collector of readings, its store and its reader. Moments are seconds since 1970 in UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ravi.delivery.engine.values import Breaker, BreakerKey, Bucket, Instant
from ravi.delivery.readings.rules import Kind


class Due(NamedTuple):
    """One row whose time has come, with all that decides about it. `delivery_id` None: the channel's followers."""

    id: int
    institution_id: int
    channel_id: int
    delivery_id: int | None
    platform: str
    adapter: str
    target: str
    route: str
    remote_id: str
    sent_at: Instant | None
    due_at: Instant
    failures: int
    bucket_key: str
    channel_open: bool
    is_held: bool
    is_over: bool


class Pace(NamedTuple):
    """What a platform allows one credential, from its adapter's profile."""

    rate_per_s: float
    burst: int


@dataclass(frozen=True, slots=True)
class Picture:
    """What a pass decides over. `busy`: credentials with a copy on its way or due within the minute."""

    rows: Sequence[Due]
    buckets: Mapping[str, Bucket]
    breakers: Mapping[BreakerKey, Breaker]
    busy: frozenset[str]


@dataclass(frozen=True, slots=True)
class Question:
    """One call for the numbers of one channel, or of some of its posts; the rows are ours until `lease_until`."""

    rows: tuple[Due, ...]
    lease_until: Instant
    pace: Pace

    @property
    def first(self) -> Due:
        return self.rows[0]

    @property
    def is_of_posts(self) -> bool:
        return self.first.delivery_id is not None


@dataclass(frozen=True, slots=True)
class Plan:
    """What one pass decided."""

    questions: Sequence[Question] = ()
    postponed: Mapping[int, Instant] = field(default_factory=dict)
    ended: Mapping[int, str] = field(default_factory=dict)
    buckets: Mapping[str, Bucket] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `numbers` by row; a row that was asked for and is not among `told` is gone. `calls`: how often the
    platform was asked."""

    outcome: Literal["told", "limited", "failed"]
    numbers: Mapping[int, Mapping[Kind, int]] = field(default_factory=dict)
    told: frozenset[int] = frozenset()
    retry_after_s: float = 0.0
    code: str = ""
    calls: int = 1


class Next(NamedTuple):
    """What becomes of one row: due again at `due_at`, or ended (None)."""

    id: int
    due_at: Instant | None
    failures: int
    code: str
