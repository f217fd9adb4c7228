"""What tending does with a platform that answers what nobody can read."""

import random
from typing import Any

from ravi.delivery.clock import WallClock
from ravi.delivery.engine.tend import Tender
from ravi.delivery.engine.values import Case, Means, Policy
from ravi.delivery.rules import State
from ravi.delivery.tests.heads import head


class Broken:
    """It can be read back, and whoever reads stumbles."""

    def means(self, _adapter: str, _platform: str) -> Means:
        return Means("lookup", can_find=True)

    async def find(self, _case: Case) -> Any:
        raise AttributeError("'list' object has no attribute 'get'")


async def test_a_look_that_stumbles_counts_as_one_and_leads_to_a_person_in_the_end():
    settled: list[Any] = []
    said: list[str] = []
    nothing: Any = None
    settler: Any = type("Settler", (), {"put": staticmethod(settled.append)})
    platform: Any = Broken()
    policy = Policy()
    tender = Tender(
        nothing, WallClock(), random.Random(1), platform, settler, policy, lambda event, **_: said.append(event)
    )
    clock = WallClock()
    for looks in (0, policy.look_tries):
        copy = head(sent_maybe=True, miss_at=clock.now() + 3600)
        await tender._clear_up(Case(copy, looks, 0.0))
    first, last = (entry.change for entry in settled)
    assert (first.after, first.looks, first.look_at is not None) == (State.UNKNOWN, 1, True)
    assert (last.after, last.look_at) == (State.UNKNOWN, None)
    assert "defect" in said
