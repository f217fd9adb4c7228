"""What publishing decides without a database: own work, expiry, a possible time, the name of a set, what may follow."""

from datetime import UTC, datetime, timedelta

import pytest

from ravi.publishing import rules
from ravi.publishing.rules import Act, PostState

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("approver", "author", "writers", "is_own"),
    [(1, 1, [], True), (1, 2, [1], True), (1, 2, [2, 3], False), (1, 2, [], False)],
)
def test_nobody_approves_what_they_wrote(approver, author, writers, is_own):
    assert rules.is_own_work(approver, author, writers) is is_own


@pytest.mark.parametrize(
    ("valid_until", "due_at", "is_expired"),
    [
        (None, None, False),
        (NOW, None, True),
        (NOW + MINUTE, None, False),
        (NOW + MINUTE, NOW + MINUTE, True),
        (NOW + MINUTE, NOW, False),
        (NOW, NOW - MINUTE, True),
    ],
)
def test_a_post_is_expired_when_it_would_go_out_at_its_expiry_or_later(valid_until, due_at, is_expired):
    assert rules.is_expired(valid_until, NOW, due_at) is is_expired


@pytest.mark.parametrize(
    ("due_at", "is_possible"),
    [
        (NOW - rules.PAST_TOLERANCE, True),
        (NOW - rules.PAST_TOLERANCE - MINUTE, False),
        (NOW + rules.LONGEST_SCHEDULE, True),
        (NOW + rules.LONGEST_SCHEDULE + MINUTE, False),
    ],
)
def test_a_time_may_lie_a_little_in_the_past_and_a_year_ahead(due_at, is_possible):
    assert rules.is_due_possible(due_at, NOW) is is_possible


def test_a_set_has_one_name_whatever_its_order_and_another_for_each_other_set():
    assert rules.set_digest(["a", "b"]) == rules.set_digest(["b", "a"])
    assert len({rules.set_digest(of) for of in (["a", "b"], ["a"], ["ab"], ["a", "b", "c"], [])}) == 5


def test_what_was_withdrawn_stays_so_and_only_what_was_submitted_is_approved():
    assert {state for state, act in rules.TRANSITIONS if act is Act.APPROVE} == {PostState.SUBMITTED}
    assert [act for act in Act if rules.after(PostState.WITHDRAWN, act)] == []
