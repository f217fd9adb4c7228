"""When a connection is looked at, when its credential is renewed, and what of it is worth a warning. Pure; moments are aware.

Each channel has a place of its own in every period, from its number alone: five hundred channels are spread evenly over
the hours, on any engine, also after a day on which nothing was looked at.
"""

from datetime import datetime, timedelta
from enum import StrEnum

PROBE_EVERY = timedelta(hours=6)
# A channel that was looked at a moment ago waits for its place; nobody waits longer than these two together.
AT_LEAST = timedelta(hours=1)
PROBE_AGAIN, RENEW_AGAIN = timedelta(minutes=10), timedelta(minutes=5)
# Of its life a credential keeps this much for failures, less a twentieth so that not all are renewed at once.
RENEW_SHARE, SPREAD_SHARE = 0.80, 0.05
SOON, VERY_SOON = timedelta(days=14), timedelta(days=3)
# The golden ratio's places are as far from each other as can be, however many there are.
_GOLDEN = 0.6180339887498949


class End(StrEnum):
    """What is to be said of a credential's end."""

    NOTHING = ""
    SOON = "soon"
    VERY_SOON = "very_soon"
    ENDED = "ended"


def place(channel_id: int) -> float:
    """The channel's own place in a period, from 0 to 1."""
    return channel_id * _GOLDEN % 1.0


def next_probe(channel_id: int, now: datetime) -> datetime:
    """The next moment of the channel's place, an hour from now at the earliest."""
    period_s = PROBE_EVERY.total_seconds()
    earliest_s = (now + AT_LEAST).timestamp()
    offset_s = place(channel_id) * period_s
    turns = -((offset_s - earliest_s) // period_s)
    return datetime.fromtimestamp(offset_s + turns * period_s, now.tzinfo)


def probe_again(channel_id: int, failures: int, now: datetime) -> datetime:
    """After a look that reached nobody: ten minutes, twenty ... and then its place again."""
    wait = PROBE_AGAIN * 2.0 ** min(failures - 1, 10)
    return min(now + wait * (1.0 + place(channel_id) / 2), next_probe(channel_id, now + wait))


def renew_at(channel_id: int, since: datetime, until: datetime) -> datetime:
    """At four fifths of the credential's life, and a little later by the channel's place."""
    return since + (until - since) * (RENEW_SHARE + SPREAD_SHARE * place(channel_id))


def renew_again(channel_id: int, failures: int, now: datetime, *, wait_s: float = 0.0) -> datetime:
    """After a renewal that brought nothing: five minutes, ten ... six hours; never sooner than the platform asked for."""
    wait = min(RENEW_AGAIN * 2.0 ** min(failures - 1, 10), PROBE_EVERY)
    return now + max(wait * (1.0 + place(channel_id) / 2), timedelta(seconds=wait_s))


def end_of(expires_at: datetime | None, now: datetime, *, renews_itself: bool) -> End:
    """What people must know. Where Ravi renews it by itself they hear only of what that does not reach any more."""
    if expires_at is None:
        return End.NOTHING
    if expires_at <= now:
        return End.ENDED
    if expires_at - now <= VERY_SOON and not renews_itself:
        return End.VERY_SOON
    return End.SOON if expires_at - now <= SOON and not renews_itself else End.NOTHING
