"""What each outcome makes of a copy, and how an unknown one may be cleared up."""

import pytest

from ravi.delivery.engine import breaker, outcome, reconcile
from ravi.delivery.engine import values as v
from ravi.delivery.rules import State
from ravi.delivery.tests.heads import NOW, POLICY, head, ticket

NATIVE = v.Means("native", 3600.0, True, True)
NATURAL = v.Means("natural", None, False, True)
LOOKUP = v.Means("lookup", None, False, True)
NONE = v.Means("none")


def judge(said: v.Outcome, means: v.Means = NONE, **wanted: object) -> v.Change:
    return outcome.judge(
        ticket(**wanted), said, means, now=NOW + 5, called_at=NOW + 1, policy=POLICY, jitter=lambda low, high: low
    )


def test_a_receipt_settles_and_spacing_counts_from_completion():
    change = judge(v.Delivered("r", "link"))
    assert (change.after, change.remote_id, change.link, change.next_at) == (State.SENT, "r", "link", NOW + 5 + 3)


def test_the_platforms_own_delay_is_obeyed_from_its_answer_on():
    change = judge(v.Limited(30.0))
    assert (change.after, change.next_at) == (State.PENDING, NOW + 5 + 30.1)
    assert not change.sent_maybe


def test_what_reached_nobody_goes_again_after_a_while():
    change = judge(v.NotSent("refused"))
    assert (change.after, change.not_before, change.sent_maybe) == (State.PENDING, NOW + 5 + 1.6, False)
    assert outcome.backoff(30, POLICY) == POLICY.backoff_max_s


def test_a_copy_without_room_goes_back_to_the_line_and_says_nothing_of_its_platform():
    change = outcome.not_called(ticket(), v.NoRoom(), now=NOW, policy=POLICY, jitter=lambda low, high: low)
    assert (change.after, change.code, change.detail, change.sent_maybe) == (State.PENDING, "", "", False)
    assert (change.not_before, change.next_at) == (0.0, NOW + 1.0)  # it has not failed; its channel rests a moment
    assert outcome.is_healthy(v.NoRoom()) is None


def test_a_clear_no_fails_and_a_no_after_an_unclear_attempt_does_not():
    assert judge(v.Rejected("too_long", "x")).after is State.FAILED
    later = judge(v.Rejected("too_long", "x"), LOOKUP, sent_maybe=True)
    assert (later.after, later.code, later.sent_maybe) == (State.UNKNOWN, "too_long", True)
    assert later.look_at == NOW + 5 + POLICY.look_after_s
    assert judge(v.Rejected("too_long", "x"), NONE, sent_maybe=True).look_at is None


def test_refused_credentials_hold_the_channel_and_a_network_failure_never_does():
    refused = judge(v.CredentialsRefused("401"))
    assert (refused.after, refused.hold_channel) == (State.HELD, True)
    assert not judge(v.NotSent("no route")).hold_channel
    assert not judge(v.Unsure("timeout")).hold_channel


@pytest.mark.parametrize(
    ("means", "look_at", "good_until"),
    [
        (NONE, None, None),
        (NATURAL, NOW + 5 + POLICY.repeat_after_s, None),
        (LOOKUP, NOW + 5 + POLICY.look_after_s, None),
        (NATIVE, NOW + 5 + POLICY.repeat_after_s, NOW + 1 + 3600 - 600),
    ],
)
def test_an_unclear_answer_is_unknown_and_looked_at_as_the_platform_allows(means, look_at, good_until):
    change = judge(v.Unsure("timeout"), means)
    assert (change.after, change.sent_maybe) == (State.UNKNOWN, True)
    assert (change.look_at, change.key_good_until) == (look_at, good_until)


def test_a_keys_life_counts_from_the_first_unclear_attempt():
    first = NOW - 1800
    change = judge(v.Unsure("timeout"), NATIVE, sent_maybe=True, first_called_at=first, key_good_until=first + 3000)
    assert change.key_good_until == first + 3000


def test_a_lost_claim_goes_back_and_a_lost_call_is_unknown():
    claimed = outcome.after_lease(v.Leased(head(), State.CLAIMED, "one", 3.0), NONE, now=NOW, policy=POLICY)
    sending = outcome.after_lease(v.Leased(head(), State.SENDING, "one", 3.0), NONE, now=NOW, policy=POLICY)
    assert (claimed.after, claimed.sent_maybe) == (State.PENDING, False)
    assert (sending.after, sending.sent_maybe, sending.code) == (State.UNKNOWN, True, "engine_gone")


@pytest.mark.parametrize(
    ("means", "wanted", "soon"),
    [
        (NATIVE, {}, True),
        (NATIVE, {"miss_at": NOW + 30}, False),
        (NATIVE, {"first_called_at": NOW - 3_000}, False),
        (NATURAL, {}, True),
        (NATURAL, {"miss_at": NOW + 30}, False),
        (LOOKUP, {}, False),
    ],
)
def test_nobody_reads_back_while_the_call_of_a_lost_engine_may_be_on_its_way(means, wanted, soon):
    """By a clock that was set forward its lease ends early: absent would be said, and the post came."""
    leased = v.Leased(head(**({"first_called_at": NOW - 60} | wanted)), State.SENDING, "one", 3.0)
    change = outcome.after_lease(leased, means, now=NOW, policy=POLICY)
    pause_s = POLICY.look_after_s if means is LOOKUP else POLICY.repeat_after_s
    assert change.look_at == NOW + pause_s + (0 if soon else POLICY.call_timeout_s)


def case(**wanted: object) -> v.Case:
    return v.Case(head(**({"sent_maybe": True} | wanted)), looks=0, gap_s=3.0)


@pytest.mark.parametrize(
    ("means", "wanted", "way"),
    [
        (NATIVE, {"key_good_until": NOW + 3000}, reconcile.Repeat),
        (NATIVE, {"key_good_until": NOW + 20}, reconcile.Look),
        (NATIVE, {"key_good_until": NOW + 3000, "miss_at": NOW}, reconcile.Look),
        (NATURAL, {}, reconcile.Repeat),
        (NATURAL, {"miss_at": NOW}, reconcile.Look),
        (LOOKUP, {}, reconcile.Look),
        (NONE, {}, reconcile.Person),
        (NONE, {"action": "delete"}, reconcile.Repeat),
        (NONE, {"action": "edit"}, reconcile.Repeat),
        (LOOKUP, {"action": "edit", "miss_at": NOW}, reconcile.Person),
    ],
)
def test_the_way_to_clear_up(means, wanted, way):
    assert type(reconcile.way(case(**wanted), means, now=NOW, policy=POLICY)) is way


def test_ravi_gives_up_looking_after_some_tries():
    tired = v.Case(head(sent_maybe=True), looks=POLICY.look_tries, gap_s=3.0)
    assert isinstance(reconcile.way(tired, LOOKUP, now=NOW, policy=POLICY), reconcile.Person)
    assert isinstance(reconcile.way(tired, NATURAL, now=NOW, policy=POLICY), reconcile.Person)


def test_what_reading_back_says():
    found = reconcile.found(case(), v.Found("r", "l"), now=NOW, policy=POLICY)
    absent = reconcile.found(case(), v.Absent(), now=NOW, policy=POLICY)
    late = reconcile.found(case(miss_at=NOW), v.Absent(), now=NOW, policy=POLICY)
    unclear = reconcile.found(case(), v.CannotTell("x"), now=NOW, policy=POLICY)
    assert (found.after, found.remote_id, found.sent_maybe) == (State.SENT, "r", False)
    assert (absent.after, absent.sent_maybe) == (State.PENDING, False)
    assert late.after is State.MISSED
    assert (unclear.after, unclear.sent_maybe, unclear.look_at) == (State.UNKNOWN, True, NOW + POLICY.look_after_s)


def test_a_breaker_counts_failures_in_a_row_and_opens_longer_each_time():
    state = v.Breaker()
    for _ in range(POLICY.breaker_failures - 1):
        state = breaker.after(state, 0, 1, NOW, POLICY)
    assert state.trips == 0
    state = breaker.after(state, 0, 1, NOW, POLICY)
    assert (state.trips, state.open_until) == (1, NOW + 15)
    state = breaker.after(state, 0, 1, NOW + 15, POLICY)
    assert (state.trips, state.open_until) == (2, NOW + 15 + 30)
    assert breaker.after(state, 1, 0, NOW + 50, POLICY) == v.Breaker()
