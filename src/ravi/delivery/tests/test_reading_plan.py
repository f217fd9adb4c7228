"""Which numbers are asked for now: copies first, gently, together where the platform takes it, and never of what is over."""

import pytest

from ravi.delivery.engine.values import Breaker, Bucket
from ravi.delivery.readings.plan import AT_ONCE, after, paid, plan, reading_key
from ravi.delivery.readings.rules import DAY_S, HOUR_S, Kind
from ravi.delivery.readings.values import Answer, Plan, Question
from ravi.delivery.tests.reading_rows import ABLE, NOW, SLOW, due, picture


def planned(*rows, **wanted) -> Plan:
    return plan(picture(*rows, **wanted), ABLE, now=NOW)


def question(*rows) -> Question:
    return Question(tuple(rows), NOW + 300, SLOW)


def test_the_posts_of_a_channel_are_asked_for_together_and_its_followers_apart() -> None:
    posts = [due(post=n) for n in range(1, 19)]
    of_second = [due(2), due(2, post=99)]
    made = planned(*of_second, *posts)
    asked = [(one.first.channel_id, one.is_of_posts, len(one.rows)) for one in made.questions]
    assert asked == [(1, True, 15), (2, False, 1)]
    # The rest waits for the next start of the same credential.
    assert set(made.postponed) == {row.id for row in (*posts[15:], of_second[1])}


def test_what_a_platform_does_not_tell_is_not_asked_for() -> None:
    row = due(platform="telegram", post=1)
    assert planned(row).ended == {row.id: "not_told"}


def test_what_was_taken_back_is_over() -> None:
    gone, there = due(post=1, is_over=True), due(post=2)
    made = planned(gone, there)
    assert made.ended == {gone.id: "removed"}
    assert [row.id for one in made.questions for row in one.rows] == [there.id]


@pytest.mark.parametrize(
    ("wanted", "world", "wait_s"),
    [
        ({"channel_open": False}, {}, DAY_S),
        ({"is_held": True}, {}, HOUR_S),
        ({}, {"busy": frozenset({"channel:1"})}, 60),
        ({}, {"breakers": {("mastodon", "direct"): Breaker(trips=1, open_until=NOW + 15)}}, 60),
        ({}, {"buckets": {"channel:1": Bucket(tat=NOW + 7)}}, 7),
        ({}, {"buckets": {"channel:1": Bucket(paused_until=NOW + 9)}}, 9),
        ({}, {"buckets": {reading_key("channel:1"): Bucket(paused_until=NOW + 900)}}, 900),
    ],
)
def test_numbers_wait_for(wanted, world, wait_s) -> None:
    row = due(**wanted)
    made = planned(row, **world)
    assert made.questions == [] and made.postponed == {row.id: pytest.approx(NOW + wait_s)}


def test_a_question_is_paid_from_both_paces() -> None:
    row = due()
    spent = planned(row).buckets
    assert spent["channel:1"].tat == pytest.approx(NOW + 1 / 0.9)
    assert spent[reading_key("channel:1")].tat == pytest.approx(NOW + 10 / 0.9)


def test_channels_that_share_a_credential_are_asked_one_after_the_other() -> None:
    rows = [due(n, bucket_key="credential:a", due_at=NOW - 100 + n) for n in range(1, 5)]
    made = planned(*rows)
    assert [one.first.id for one in made.questions] == [rows[0].id]
    step = 10 / 0.9
    assert [made.postponed[row.id] for row in rows[1:]] == pytest.approx([NOW + step, NOW + 2 * step, NOW + 3 * step])


def test_a_round_is_small_and_leaves_the_others_as_they_are() -> None:
    rows = [due(n) for n in range(1, 40)]
    made = planned(*rows)
    assert len(made.questions) == AT_ONCE and not made.postponed and not made.ended


def test_after_an_answer_the_next_moment_of_the_schedule_comes() -> None:
    followers, there, gone = due(), due(post=1, failures=3), due(post=2)
    told = Answer("told", {there.id: {Kind.REACTIONS: 0}}, frozenset({there.id}))
    [post, missing] = after(question(there, gone), told, now=NOW)
    assert (post.due_at, post.failures) == (there.sent_at + 6 * HOUR_S, 0)
    assert (missing.due_at, missing.code) == (None, "gone")
    [channel] = after(question(followers), Answer("told", told=frozenset({followers.id})), now=NOW)
    assert channel.due_at == NOW + DAY_S


def test_after_a_failure_the_wait_doubles() -> None:
    [row] = after(question(due(failures=2)), Answer("failed", code="NotSent"), now=NOW)
    assert (row.due_at, row.failures, row.code) == (NOW + 240, 3, "NotSent")


def test_a_not_now_is_obeyed_to_the_second_and_is_no_failure() -> None:
    limited = Answer("limited", retry_after_s=1234.0, code="rate_limited")
    asked = question(due(failures=2))
    [row] = after(asked, limited, now=NOW)
    assert (row.due_at, row.failures) == (NOW + 1234, 2)
    paces = paid(asked, limited, {}, now=NOW)
    assert paces[reading_key("channel:1")].paused_until == NOW + 1234
    assert paces["channel:1"].paused_until == 0  # copies learn from the answers to themselves


def test_each_further_call_of_one_question_is_paid_for() -> None:
    known = {"channel:1": Bucket(tat=NOW + 2), reading_key("channel:1"): Bucket(tat=NOW + 5)}
    paces = paid(question(due()), Answer("told", calls=4), known, now=NOW)
    assert paces["channel:1"].tat == pytest.approx(NOW + 2 + 3 / 0.9)
    assert paces[reading_key("channel:1")].tat == pytest.approx(NOW + 5 + 30 / 0.9)
