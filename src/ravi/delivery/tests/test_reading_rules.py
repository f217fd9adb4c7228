"""When numbers are read again: the schedule, the back-off, and what is not made up for."""

import pytest

from ravi.delivery.readings import rules
from ravi.delivery.readings.rules import DAY_S, HOUR_S

SENT = 1_790_000_000.0


def test_a_post_is_read_six_times_and_then_no_more() -> None:
    moments, now = [], SENT
    while (at := rules.next_of_post(SENT, now)) is not None:
        moments.append(at - SENT)
        now = at
    assert moments == [HOUR_S, 6 * HOUR_S, DAY_S, 3 * DAY_S, 7 * DAY_S, 30 * DAY_S]


def test_what_was_slept_through_is_read_once() -> None:
    assert rules.first_of_post(SENT, SENT + 5 * DAY_S) == SENT + HOUR_S  # which is over: at once
    assert rules.first_of_post(SENT, SENT + 30 * DAY_S) is None
    assert rules.next_of_post(SENT, SENT + 2 * DAY_S) == SENT + 3 * DAY_S
    assert rules.next_of_channel(SENT, SENT + 9.5 * DAY_S) == SENT + 10 * DAY_S


def test_a_channel_is_read_at_the_same_hour_of_each_day() -> None:
    assert rules.next_of_channel(SENT, SENT) == SENT + DAY_S
    assert rules.next_of_channel(SENT, SENT + 40) == SENT + DAY_S


def test_failures_come_rarer_and_end_with_the_schedule() -> None:
    waits = [rules.retry_at(SENT, failures, None) - SENT for failures in range(1, 12)]
    assert waits[:4] == [60, 120, 240, 480] and waits[-1] == 6 * HOUR_S
    assert waits == sorted(waits)
    assert rules.retry_at(SENT + 31 * DAY_S, 20, SENT) is not None
    assert rules.retry_at(SENT + 32 * DAY_S, 20, SENT) is None


@pytest.mark.parametrize(("burst", "posts"), [(1, 1), (2, 1), (10, 5), (30, 15), (1000, 20)])
def test_half_of_what_a_credential_may_do_at_once_is_left_to_copies(burst: int, posts: int) -> None:
    assert rules.posts_at_once(burst) == posts
