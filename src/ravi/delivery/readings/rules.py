"""What is counted, when it is read again, and how gently; pure: no database, no clock, `now` comes in.

Moments are seconds since 1970 in UTC, as in the engine.
"""

from datetime import UTC, datetime
from enum import StrEnum

from ravi.delivery.engine.values import Instant


class Kind(StrEnum):
    """What a number counts."""

    FOLLOWERS = "followers"
    VIEWS = "views"
    REACTIONS = "reactions"
    SHARES = "shares"
    REPLIES = "replies"


class Source(StrEnum):
    """Who said a number: the platform to the engine, a person who looked, or a file that a person brought."""

    API = "api"
    PERSON = "person"
    FILE = "file"


OF_POST = (Kind.VIEWS, Kind.REACTIONS, Kind.SHARES, Kind.REPLIES)
OF_CHANNEL = (Kind.FOLLOWERS,)
# More than anybody can have; what claims more is no count.
MOST = 10**12
# No platform is older. A moment of the year 1 is one of the year before it elsewhere, which Python cannot read back.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

HOUR_S, DAY_S = 3600.0, 86_400.0
# A post is read so long after it went out, and then no more.
AFTER_SENDING_S = (HOUR_S, 6 * HOUR_S, DAY_S, 3 * DAY_S, 7 * DAY_S, 30 * DAY_S)
CHANNEL_EVERY_S = DAY_S
# A last reading that fails is tried for so long.
GRACE_S = 2 * DAY_S

BACKOFF_S, BACKOFF_MAX_S = 60.0, 6 * HOUR_S
# Of a credential's pace readings take a tenth at most, and nothing while a copy is due within the minute.
SHARE = 0.1
QUIET_S = 60.0
POSTS_AT_ONCE = 20


def first_of_post(sent_at: Instant, now: Instant) -> Instant | None:
    """An hour after it went out, or at once where that is over; None for what is too old to be read."""
    return sent_at + AFTER_SENDING_S[0] if now < sent_at + AFTER_SENDING_S[-1] else None


def next_of_post(sent_at: Instant, now: Instant) -> Instant | None:
    """The next moment of its schedule; None when the last one is over. What was slept through is not made up for."""
    return next((sent_at + after for after in AFTER_SENDING_S if sent_at + after > now), None)


def next_of_channel(due_at: Instant, now: Instant) -> Instant:
    """The same hour of the next day that is to come."""
    missed = max(0.0, now - due_at) // CHANNEL_EVERY_S
    return due_at + (missed + 1) * CHANNEL_EVERY_S


def retry_at(now: Instant, failures: int, sent_at: Instant | None) -> Instant | None:
    """After one minute, two, four ... six hours; None for a post whose last moment is long over."""
    at = now + min(BACKOFF_MAX_S, BACKOFF_S * 2.0 ** min(failures - 1, 20))
    return at if is_worth(at, sent_at) else None


def is_worth(at: Instant, sent_at: Instant | None) -> bool:
    """Whether a reading at that moment still tells something that its schedule asked for."""
    return sent_at is None or at <= sent_at + AFTER_SENDING_S[-1] + GRACE_S


def posts_at_once(burst: int) -> int:
    """How many posts one question may be about. A platform that asks for each one apart takes so many calls, and half of
    what the credential may do at once is left to copies."""
    return max(1, min(POSTS_AT_ONCE, burst // 2))
