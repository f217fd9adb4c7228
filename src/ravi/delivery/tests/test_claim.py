"""Who goes, who waits and who is set aside, over one picture."""

from dataclasses import replace

import pytest

from ravi.delivery.engine import claim
from ravi.delivery.engine import values as v
from ravi.delivery.rules import State
from ravi.delivery.tests.heads import NOW, POLICY, head, lineup, picture


def decide(seen: v.Picture, now: float = NOW) -> v.Plan:
    return claim.decide(seen, now=now, owner="one", policy=POLICY)


def went(plan: v.Plan) -> list[int]:
    return [ticket.head.id for ticket in plan.tickets]


def aside(plan: v.Plan) -> list[tuple[int, State, str]]:
    return [(change.id, change.after, change.code) for change in plan.changes]


def test_a_due_copy_goes_with_a_lease_and_the_next_attempt():
    [ticket] = decide(picture(lineup(head(1, attempt=4)))).tickets
    assert (ticket.attempt, ticket.owner, ticket.start_at) == (5, "one", NOW)
    assert ticket.lease_until == NOW + POLICY.lease_s


def test_a_copy_that_is_not_due_names_its_moment():
    plan = decide(picture(lineup(head(1, due_at=NOW + 9))))
    assert (went(plan), plan.wakes) == ([], {1: NOW + 9})


def test_a_resting_channel_names_its_moment():
    plan = decide(picture(lineup(head(1), next_at=NOW + 2)))
    assert (went(plan), plan.wakes) == ([], {1: NOW + 2})


def test_an_empty_channel_sleeps_until_somebody_wakes_it():
    assert decide(picture(v.Lineup(1, 0.0, 1.0, 1.0, 1, "", ()))).wakes == {1: None}


def test_one_copy_per_channel_and_the_urgent_lane_first():
    correction, normal = head(1, lane=0, channel_id=9), head(2, channel_id=9)
    assert went(decide(picture(lineup(correction, normal)))) == [1]


def test_an_obstacle_in_one_lane_does_not_stop_the_next():
    blocked, normal = head(1, lane=1, channel_id=9, blocked_until=NOW + 600), head(2, channel_id=9)
    assert went(decide(picture(lineup(blocked, normal)))) == [2]


@pytest.mark.parametrize(
    ("wanted", "state", "code"),
    [
        ({"miss_at": NOW}, State.MISSED, "late"),
        ({"miss_at": NOW, "valid_until": NOW}, State.MISSED, "expired"),
        ({"miss_at": NOW, "sent_maybe": True}, State.UNKNOWN, "late"),
        ({"approved_hash": "b"}, State.FAILED, "not_approved"),
        ({"approved_hash": "b", "sent_maybe": True}, State.UNKNOWN, "not_approved"),
        ({"channel_open": False}, State.HELD, "channel_closed"),
        ({"about_state": "failed", "action": "edit"}, State.CANCELLED, "nothing_to_change"),
        ({"reply_state": "failed"}, State.CANCELLED, "nothing_to_change"),
        ({"reply_state": "sent", "reply_remote_id": ""}, State.CANCELLED, "nothing_to_change"),
        ({"sent_maybe": True, "key_good_until": NOW + 30}, State.UNKNOWN, "key_spent"),
    ],
)
def test_what_cannot_go_is_set_aside_with_its_reason(wanted, state, code):
    plan = decide(picture(lineup(head(1, **wanted))))
    assert (went(plan), aside(plan)) == ([], [(1, state, code)])


def test_a_removal_goes_on_a_channel_that_was_closed():
    assert went(decide(picture(lineup(head(1, action="delete", channel_open=False, about_state="sent"))))) == [1]


def test_a_repetition_goes_while_its_key_is_known():
    assert went(decide(picture(lineup(head(1, sent_maybe=True, key_good_until=NOW + 1000))))) == [1]
    assert went(decide(picture(lineup(head(1, sent_maybe=True, key_good_until=None))))) == [1]


def test_a_stop_holds_what_is_due_and_leaves_what_is_not():
    stop = v.Stop(1, "institution", "", 1)
    plan = decide(picture(lineup(head(1)), lineup(head(2, due_at=NOW + 5)), stops=[stop]))
    assert aside(plan) == [(1, State.HELD, "stop")]
    assert plan.wakes == {1: NOW, 2: NOW + 5}


def test_a_held_channel_holds_its_copies():
    plan = decide(picture(lineup(head(1), hold_code="credentials_refused")))
    assert aside(plan) == [(1, State.HELD, "credentials_refused")]


def test_one_credential_starts_at_its_pace():
    same = [lineup(head(n, bucket_key="b"), rate_per_s=1.0, burst=1) for n in (1, 2, 3, 4)]
    plan = decide(picture(*same))
    assert [ticket.start_at - NOW for ticket in plan.tickets] == [0.0, 1.0, 2.0]
    assert plan.wakes == {4: NOW + 2.0}
    assert plan.buckets["b"].tat == NOW + 3


def test_a_paused_credential_waits():
    plan = decide(picture(lineup(head(1)), buckets={"channel:1": v.Bucket(0.0, NOW + 30)}))
    assert (went(plan), plan.wakes) == ([], {1: NOW + 29})


def test_a_platform_is_tried_with_a_copy_that_has_not_failed_itself():
    route = ("telegram", "direct")
    over = v.Breaker(failures=4, trips=7, open_until=NOW - 1)
    lost, fresh = lineup(head(1, not_before=NOW - 1)), lineup(head(2))
    assert went(decide(picture(lost, fresh, breakers={route: over}))) == [2]
    assert went(decide(picture(lost, breakers={route: over}))) == [1]
    assert went(decide(picture(lost, fresh))) == [1, 2]


def test_an_open_breaker_lets_nobody_through_and_then_one():
    route = ("telegram", "direct")
    open_ = v.Breaker(failures=4, trips=1, open_until=NOW + 10)
    seen = picture(lineup(head(1)), lineup(head(2)), breakers={route: open_})
    assert decide(seen).wakes == {1: NOW + 10, 2: NOW + 10}
    later = decide(seen, NOW + 10)
    assert went(later) == [1]
    assert later.breakers[route] == replace(open_, probe_until=NOW + 10 + POLICY.lease_s)
    assert later.wakes[2] == NOW + 10 + POLICY.probe_look_s  # the one that tries may heal it any moment


def test_nobody_waits_for_a_probe_longer_than_it_may_take():
    route = ("telegram", "direct")
    probed = v.Breaker(failures=4, trips=1, open_until=NOW, probe_until=NOW + 2)
    assert decide(picture(lineup(head(1)), breakers={route: probed})).wakes == {1: NOW + 2}


@pytest.mark.parametrize(
    ("wanted", "state", "code"),
    [
        ({}, State.HELD, "by_hand"),
        ({"about_state": State.SENT, "action": "delete"}, State.HELD, "by_hand"),
        ({"about_state": State.CANCELLED, "action": "delete"}, State.CANCELLED, "nothing_to_change"),
        ({"approved_hash": "b"}, State.FAILED, "not_approved"),
        ({"channel_open": False}, State.HELD, "channel_closed"),
        ({"miss_at": NOW, "valid_until": NOW}, State.MISSED, "expired"),
    ],
)
def test_a_copy_by_hand_is_never_taken_and_waits_for_its_person(wanted, state, code):
    plan = decide(picture(lineup(head(1, adapter="manual", **wanted))))
    assert (went(plan), aside(plan)) == ([], [(1, state, code)])


def test_a_refused_key_holds_no_copy_by_hand_and_a_stop_does():
    removal = head(1, adapter="manual", action="delete", about_state=State.SENT)
    assert aside(decide(picture(lineup(removal, hold_code="credentials_refused")))) == [(1, State.HELD, "by_hand")]
    stopped = picture(lineup(head(1, adapter="manual")), stops=(v.Stop(1, "all", "", None),))
    assert aside(decide(stopped)) == [(1, State.HELD, "stop")]
