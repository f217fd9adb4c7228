"""States, stops and moments as the rules say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.delivery import rules
from ravi.delivery.engine.values import Stop
from ravi.delivery.rules import Code, Scope, State
from ravi.delivery.tests.heads import head


def test_settled_states_are_left_never():
    assert {"sent", "failed", "missed", "cancelled", "superseded"} == rules.TERMINAL
    for state in rules.TERMINAL:
        for after in State:
            with pytest.raises(rules.IllegalTransition):
                rules.check_transition(state, after)


def test_only_a_claimed_copy_passes_the_fence():
    assert [state for state in State if State.SENDING in rules.TRANSITIONS[state]] == [State.CLAIMED]


def test_every_state_says_what_it_asks():
    asked = {state: rules.asks(state) for state in State if rules.asks(state)}
    assert asked == {"held": "release", "unknown": "look", "failed": "read_reason", "missed": "send_again"}
    assert rules.asks(State.HELD, Code.CREDENTIALS) == "renew_credential"


@pytest.mark.parametrize(
    ("scope", "key", "covered"),
    [
        (Scope.ALL, "", True),
        (Scope.INSTITUTION, "", True),
        (Scope.UNIT, "7", True),
        (Scope.UNIT, "8", False),
        (Scope.CAMPAIGN, "3", True),
        (Scope.CAMPAIGN, "4", False),
        (Scope.PLATFORM, "telegram", True),
        (Scope.PLATFORM, "bale", False),
        (Scope.CHANNEL, "1", True),
        (Scope.CHANNEL, "2", False),
        (Scope.TOPIC, "light", True),
        (Scope.TOPIC, "health", False),
    ],
)
def test_a_stop_covers_its_scope_and_nothing_else(scope, key, covered):
    copy = head(1, campaign_id=3, topic="light")
    assert rules.covers(Stop(1, scope, key, 1), copy) is covered
    if scope is not Scope.ALL:
        assert not rules.covers(Stop(1, scope, key, 2), copy)
    assert not rules.covers(Stop(1, scope, key, 1), head(1, campaign_id=3, topic="light", action="delete"))
    assert (
        rules.covers(Stop(1, scope, key, 1, removals_too=True), head(1, campaign_id=3, topic="light", action="delete"))
        is covered
    )


@given(due=st.floats(0, 1e9), until=st.none() | st.floats(0, 1e9), limit=st.integers(0, 10**6))
def test_nothing_goes_after_its_expiry_or_its_lateness_limit(due, until, limit):
    last = rules.miss_at(due, until, limit)
    assert last <= due + limit
    assert until is None or last <= until
    assert rules.is_stale(last, last)
