"""When a change is read back and what a look makes of it."""

import pytest

from ravi.delivery.read_back.rules import (
    CONFIRM_AFTER_S,
    GIVE_UP_S,
    MOST_WORDS,
    Next,
    ReadBackOutcome,
    looked,
    not_looked,
    outcome_of,
)
from ravi.delivery.rules import Action
from ravi.platforms.contract import Standing

NOW, OLD = 1_800_000_000.0, Standing("۸ آذر", False)


@pytest.mark.parametrize(
    ("action", "standing", "outcome"),
    [
        (Action.EDIT, Standing("۹ آذر", True), ReadBackOutcome.STANDS),
        (Action.EDIT, OLD, ReadBackOutcome.OTHER_WORDS),
        (Action.EDIT, None, ReadBackOutcome.GONE),
        (Action.DELETE, None, ReadBackOutcome.REMOVED),
        (Action.DELETE, OLD, ReadBackOutcome.STILL_THERE),
        (Action.DELETE, Standing("۸ آذر", True), ReadBackOutcome.STILL_THERE),
    ],
)
def test_what_is_found_is_held_against_what_was_asked_for(action, standing, outcome):
    assert outcome_of(action, standing) is outcome


def test_what_stands_is_settled_by_one_look():
    told = looked(1, 0, Action.EDIT, Standing("۹ آذر", True), NOW)
    assert told == Next(1, None, 0, 1, ReadBackOutcome.STANDS, has_looked=True)


def test_what_does_not_is_looked_at_once_more_before_anybody_is_called():
    first = looked(1, 0, Action.EDIT, OLD, NOW)
    assert (first.due_at, first.outcome, first.words) == (NOW + CONFIRM_AFTER_S, ReadBackOutcome.WAITS, "")
    second = looked(1, first.looks, Action.EDIT, Standing("ن" * 900, False), NOW)
    assert (second.due_at, second.outcome, len(second.words)) == (None, ReadBackOutcome.OTHER_WORDS, MOST_WORDS)


def test_a_question_without_an_answer_is_asked_ever_more_rarely_and_after_three_days_no_more():
    waits = [(not_looked(1, 0, failures, "NotSent", NOW, NOW).due_at or 0) - NOW for failures in range(12)]
    assert waits[:4] == [60, 120, 240, 480] and waits[-1] == 21_600
    late = not_looked(1, 0, 9, "NotSent", NOW + GIVE_UP_S, NOW)
    assert (late.due_at, late.outcome, late.code) == (None, ReadBackOutcome.NOT_READ, "NotSent")


def test_a_not_now_is_no_failure():
    later = not_looked(1, 1, 2, "rate_limited", NOW, NOW, 1800.0)
    assert (later.due_at, later.failures, later.looks) == (NOW + 1800, 2, 1)
