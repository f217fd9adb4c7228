"""What is settled when a call was never made."""

import random
from typing import Any

from ravi.delivery.clock import WallClock
from ravi.delivery.engine.call import Caller
from ravi.delivery.engine.values import Means, NotSent, Policy
from ravi.delivery.rules import State
from ravi.delivery.tests.heads import ticket


class Platform:
    """Only its means are asked for: nothing is called."""

    def means(self, _adapter: str, _platform: str) -> Means:
        return Means()


async def test_a_call_that_the_database_prevented_says_nothing_of_the_platform():
    nothing: Any = None
    platform: Any = Platform()
    caller = Caller(WallClock(), random.Random(1), platform, nothing, Policy(), lambda _event, **_facts: None)
    entry = await caller.carry(ticket(), NotSent("the database did not answer"))
    assert entry.change.after is State.PENDING
    assert (entry.route, entry.healthy, entry.paused_until) == (None, None, 0.0)
