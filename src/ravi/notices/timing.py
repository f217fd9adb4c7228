"""When a notice may go out, when it is tried again, and how long a code holds. Pure."""

from datetime import datetime, timedelta, tzinfo

QUIET_FROM, QUIET_UNTIL = 22, 7

CODE_DIGITS = 6
CODE_HOLDS = timedelta(minutes=30)
MOST_GUESSES = 5
# A person may ask for so many codes in an hour, whatever the sender; so nobody's mailbox can be filled with them.
MOST_CODES = 5
CODES_PER = timedelta(hours=1)

BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3))
# One message tells of at most so many notices; the others stand in Ravi.
MOST_TOLD = 10
# What is in hand for longer was left by a process that died.
IN_HAND = timedelta(minutes=3)
# New facts of a case join its unread notice for so long; later they are a notice of their own.
SAME_CASE = timedelta(hours=1)


def is_quiet(hour: int, quiet_from: int, quiet_until: int) -> bool:
    """Whether that hour of the day is a quiet one; equal bounds mean none is."""
    if quiet_from <= quiet_until:
        return quiet_from <= hour < quiet_until
    return hour >= quiet_from or hour < quiet_until


def due_at(now: datetime, *, is_urgent: bool, quiet_from: int, quiet_until: int, zone: tzinfo) -> datetime:
    """`now`, or the end of the quiet hours; what is urgent does not wait."""
    there = now.astimezone(zone)
    if is_urgent or not is_quiet(there.hour, quiet_from, quiet_until):
        return now
    end = there.replace(hour=quiet_until, minute=0, second=0, microsecond=0)
    return (end if end > there else end + timedelta(days=1)).astimezone(now.tzinfo)


def again_at(now: datetime, tries: int, after_s: float = 0.0) -> datetime | None:
    """When a message that provably did not go is tried again after `tries` tries; None: not any more."""
    if tries > len(BACKOFF):
        return None
    return now + max(BACKOFF[tries - 1], timedelta(seconds=after_s))
