"""What is settled when a call was never made."""

import random
from typing import Any

import pytest

from ravi.delivery.clock import WallClock
from ravi.delivery.engine.call import Caller
from ravi.delivery.engine.fence import Passage
from ravi.delivery.engine.values import Means, NotSent, Policy
from ravi.delivery.rules import State
from ravi.delivery.tests.heads import ticket


class Platform:
    """Its means are asked for, and its answer is none."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def means(self, _adapter: str, _platform: str) -> Means:
        return self._means

    async def send(self, _ready: Any) -> NotSent:
        return NotSent("could not connect")


class Opening:
    """A fence that lets everybody through."""

    async def ask(self, _ticket: Any, _scope: str) -> tuple[Passage, float]:
        return Passage.PASSED, WallClock().now()


class Ready:
    scope = ""

    def __init__(self, *, own_server: bool = False) -> None:
        self.own_server = own_server


def caller_to(means: Means) -> Caller:
    platform: Any = Platform(means)
    fence: Any = Opening()
    return Caller(WallClock(), random.Random(1), platform, fence, Policy(), lambda _event, **_facts: None)


async def test_a_call_that_the_database_prevented_says_nothing_of_the_platform():
    entry = await caller_to(Means()).carry(ticket(), NotSent("the database did not answer"))
    assert entry.change.after is State.PENDING
    assert (entry.route, entry.healthy, entry.paused_until) == (None, None, 0.0)


@pytest.mark.parametrize(("own_server", "healthy"), [(False, False), (True, None)])
async def test_a_channel_that_is_a_server_of_its_own_speaks_for_no_other(own_server: bool, healthy: bool | None):
    """One unit's broken site made every other site of the nation wait."""
    entry = await caller_to(Means(own_server=own_server)).carry(ticket(), Ready())
    assert entry.change.after is State.PENDING
    assert entry.healthy is healthy


@pytest.mark.parametrize(("own_server", "healthy"), [(False, False), (True, None)])
async def test_a_key_of_another_server_speaks_for_no_other_channel(own_server: bool, healthy: bool | None):
    """One unit's own Bot API server that was down kept every channel of its platform waiting."""
    entry = await caller_to(Means()).carry(ticket(), Ready(own_server=own_server))
    assert entry.healthy is healthy


@pytest.mark.parametrize(
    ("failed_before", "healthy"), [({}, False), ({"not_before": 1.0}, None), ({"sent_maybe": True}, None)]
)
async def test_a_copy_that_fails_again_says_nothing_new_of_its_platform(
    failed_before: dict[str, Any], healthy: bool | None
):
    """One channel whose key led nowhere kept sixty others of its platform waiting."""
    entry = await caller_to(Means()).carry(ticket(**failed_before), Ready())
    assert entry.healthy is healthy
