"""What became of a copy that a correction is for, in one word; and when each one's turn comes."""

import pytest

from ravi.delivery.rules import Action, State, Wait
from ravi.publishing.changed import DONE, Fate, fate_before_order, fate_of
from ravi.publishing.rules import PostState


@pytest.mark.parametrize(
    ("state", "action", "waiting_for", "by_hand", "is_reply", "fate"),
    [
        (State.PENDING, Action.EDIT, "", False, False, Fate.IN_LINE),
        (State.CLAIMED, Action.EDIT, Wait.PACE, False, False, Fate.IN_LINE),
        (State.PENDING, Action.EDIT, Wait.COPY, False, False, Fate.WAITS_FOR_OUTCOME),
        (State.PENDING, Action.EDIT, Wait.UNKNOWN, False, False, Fate.WAITS_FOR_OUTCOME),
        (State.PENDING, Action.EDIT, "", True, False, Fate.BY_HAND),
        (State.HELD, Action.EDIT, Wait.BY_HAND, True, False, Fate.BY_HAND),
        (State.HELD, Action.EDIT, Wait.STOP, False, False, Fate.HELD),
        (State.SENT, Action.EDIT, "", False, False, Fate.EDITED),
        (State.SENT, Action.EDIT, "", True, False, Fate.EDITED),
        (State.SENT, Action.PUBLISH, "", False, True, Fate.ANSWERED),
        (State.SENT, Action.PUBLISH, "", False, False, Fate.EXCHANGED),
        (State.UNKNOWN, Action.EDIT, "", False, False, Fate.UNKNOWN),
        (State.FAILED, Action.EDIT, "", False, False, Fate.FAILED),
        (State.MISSED, Action.PUBLISH, "", False, False, Fate.FAILED),
        (State.CANCELLED, Action.EDIT, "", False, False, Fate.DROPPED),
        (State.SUPERSEDED, Action.EDIT, "", False, False, Fate.DROPPED),
    ],
)
def test_of_a_change_in_the_ledger(state, action, waiting_for, by_hand, is_reply, fate):
    assert fate_of(state, action, waiting_for, by_hand=by_hand, is_reply=is_reply) is fate


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_fate_and_only_what_was_sent_is_done(state):
    found = fate_of(state, Action.EDIT, "", by_hand=False, is_reply=False)
    assert (found in DONE) == (state is State.SENT)


def test_before_it_is_ordered():
    assert fate_before_order(PostState.SUBMITTED, is_blocked=False) is Fate.WAITS_FOR_YES
    assert fate_before_order(PostState.SUBMITTED, is_blocked=True) is Fate.BLOCKED
    assert fate_before_order(PostState.RETURNED, is_blocked=False) is Fate.RETURNED
    assert fate_before_order(PostState.WITHDRAWN, is_blocked=True) is Fate.DROPPED
    assert fate_before_order(PostState.APPROVED, is_blocked=False) is Fate.DROPPED
