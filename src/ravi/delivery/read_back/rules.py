"""When a change is read back, and what a look makes of it; pure: no database, no clock, `now` comes in.

Moments are seconds since 1970 in UTC, as in the engine.
"""

from dataclasses import dataclass
from enum import StrEnum

from ravi.delivery.engine.values import Instant
from ravi.delivery.rules import Action
from ravi.platforms.contract import Standing


class ReadBackOutcome(StrEnum):
    """What is known of a change that the platform said yes to."""

    WAITS = "waits"
    STANDS = "stands"
    REMOVED = "removed"
    OTHER_WORDS = "other_words"
    STILL_THERE = "still_there"
    GONE = "gone"  # it was to be changed, and is not there at all
    NOT_READ = "not_read"  # the platform did not answer for days, or its channel was held
    OVER = "over"  # a later change came, or the channel is reached otherwise
    # Read from what is stored, and never stored themselves:
    CANNOT = "cannot"  # no program can read there
    NOT_LOOKED = "not_looked"  # Ravi did not ask in time
    SETTLED = "settled"  # it did not stand, and a person has dealt with it


STORED = frozenset(ReadBackOutcome) - {ReadBackOutcome.CANNOT, ReadBackOutcome.NOT_LOOKED, ReadBackOutcome.SETTLED}
GOOD = frozenset({ReadBackOutcome.STANDS, ReadBackOutcome.REMOVED})
# A person has to look. Whoever asks "does it stand" asks for one of these, after SETTLED was told apart.
CASES = frozenset({ReadBackOutcome.OTHER_WORDS, ReadBackOutcome.STILL_THERE, ReadBackOutcome.GONE})
READ_BACK = frozenset({Action.EDIT, Action.DELETE})

# Platforms show a change to themselves at once and to others a little later.
LOOK_AFTER_S = 60.0
# What is found otherwise is looked at once more before anybody is called.
CONFIRM_AFTER_S, LOOKS_BEFORE_A_CASE = 300.0, 2
# A change begun meanwhile makes the words look otherwise: it is waited for.
NEWER_AFTER_S = 600.0
BACKOFF_S, BACKOFF_MAX_S = 60.0, 6 * 3600.0
# An engine that was off for longer reads back nothing of before: too many other things changed there since.
LOOKS_BACK_S = 2 * 86_400.0
GIVE_UP_S = 3 * 86_400.0
MOST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of one row: looked at again at `due_at`, or ended (None) with its outcome. `has_looked`: the platform
    told."""

    id: int
    due_at: Instant | None
    failures: int
    looks: int
    outcome: ReadBackOutcome
    words: str = ""
    code: str = ""
    has_looked: bool = False


def outcome_of(action: Action, standing: Standing | None) -> ReadBackOutcome:
    """What stands there against what was asked for."""
    if action is Action.DELETE:
        return ReadBackOutcome.REMOVED if standing is None else ReadBackOutcome.STILL_THERE
    if standing is None:
        return ReadBackOutcome.GONE
    return ReadBackOutcome.STANDS if standing.is_as_sent else ReadBackOutcome.OTHER_WORDS


def looked(row_id: int, looks: int, action: Action, standing: Standing | None, now: Instant) -> Next:
    """After the platform told. Only what was found otherwise twice is a case."""
    outcome, looks = outcome_of(action, standing), looks + 1
    words = standing.words[:MOST_WORDS] if standing and outcome in CASES else ""
    if outcome in CASES and looks < LOOKS_BEFORE_A_CASE:
        return Next(row_id, now + CONFIRM_AFTER_S, 0, looks, ReadBackOutcome.WAITS, has_looked=True)
    return Next(row_id, None, 0, looks, outcome, words, has_looked=True)


def not_looked(
    row_id: int, looks: int, failures: int, code: str, now: Instant, changed_at: Instant, wait_s: float = 0.0
) -> Next:
    """After a question without an answer: again after one minute, two, four ... six hours, for three days. `wait_s`: how
    long the platform asked for, which is no failure."""
    failures += not wait_s
    at = now + (wait_s or min(BACKOFF_MAX_S, BACKOFF_S * 2.0 ** min(failures - 1, 20)))
    if at > changed_at + GIVE_UP_S:
        return Next(row_id, None, failures, looks, ReadBackOutcome.NOT_READ, code=code)
    return Next(row_id, at, failures, looks, ReadBackOutcome.WAITS, code=code)
