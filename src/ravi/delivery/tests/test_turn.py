"""One credential's calls keep their steps, however late a commit is: the platform sees thirty in any second, and not more."""

import asyncio
import random
from itertools import pairwise
from typing import Any

import pytest

from ravi.delivery.bench.publish import most_in
from ravi.delivery.engine.program import Engine
from ravi.delivery.engine.turn import Turns
from ravi.delivery.engine.values import Delivered, Means, Policy
from ravi.delivery.payload import payload_hash
from ravi.delivery.rules import Action, Lane
from ravi.delivery.simulation.book import MemoryBook
from ravi.delivery.simulation.loop import START, SimulatedClock, SimulatedLoop
from ravi.delivery.store.orders import Order
from ravi.delivery.tests.heads import NOW, ticket
from ravi.platforms import registry

ALLOWED_PER_S, COPIES = 30, 360
PAYLOAD = "{}"
BUCKET = registry.profile("sandbox", "telegram").bucket


class SlowStore:
    """Claims and settles at once; each opening of the fence takes as long as a busy disk makes it."""

    def __init__(self, inner: Any, chance: random.Random, loop: SimulatedLoop, slowest_s: float) -> None:
        self.inner, self.chance, self.loop, self.slowest_s = inner, chance, loop, slowest_s

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def begin(self, *arguments: Any) -> Any:
        done = await self.inner.begin(*arguments)
        await self.loop.pause(self.chance.uniform(0.0, self.slowest_s))
        return done


class Door:
    """Takes everything, and remembers when it was called."""

    def __init__(self, loop: SimulatedLoop, calls: list[float]) -> None:
        self.loop, self.calls = loop, calls

    def means(self, _adapter: str, _platform: str) -> Means:
        return Means()

    async def prepare(self, one: Any) -> Any:
        class Ready:
            scope, head, own_server, size_bytes = "", one.head, False, 0

        return Ready()

    async def send(self, ready: Any) -> Delivered:
        self.calls.append(self.loop.moment())
        await self.loop.pause(0.05)
        return Delivered(f"r{ready.head.key}", "")


def order(number: int) -> Order:
    digest = payload_hash(PAYLOAD)
    return Order(
        institution_id=1, unit_id=1, campaign_id=None, post_id=1, channel_id=number, platform="telegram",
        adapter="simulated", route="direct", target="t", bucket_key="one bot", lane=Lane.NORMAL,
        action=Action.PUBLISH, payload=PAYLOAD, content_hash=digest, approved_hash=digest, due_at=START + 1.0,
        valid_until=None, lateness_limit_s=7_200.0, key=f"k{number}", gap_s=1.0, rate_per_s=BUCKET.rate_per_s,
        burst=BUCKET.burst,
    )  # fmt: skip


def played(slowest_s: float, engines: int) -> list[float]:
    """When each of the copies was called."""
    loop, book, calls, chance = SimulatedLoop(), MemoryBook(), list[float](), random.Random(7)
    book.order([order(number) for number in range(1, COPIES + 1)], START)
    store: Any = SlowStore(book.store, chance, loop, slowest_s)
    door: Any = Door(loop, calls)

    async def until_all_went() -> None:
        running = [
            Engine(f"engine-{n}", SimulatedClock(loop), chance, store, door, lambda _event, **_facts: None)
            for n in range(engines)
        ]
        tasks = [asyncio.ensure_future(one.run()) for one in running]
        while book.counts().get("sent", 0) < COPIES and loop.now < 60:
            await loop.pause(0.5)
        for one in running:
            one.end()
        await asyncio.gather(*tasks)

    try:
        loop.run_until_complete(until_all_went())
    finally:
        loop.clear_away()
        loop.close()
    assert book.counts() == {"sent": COPIES}
    return calls


@pytest.mark.parametrize("slowest_s", [0.0, 0.1, 0.4])
def test_a_bots_calls_are_thirty_in_any_second_however_long_commits_take(slowest_s: float) -> None:
    calls = played(slowest_s, engines=1)
    assert len(calls) == COPIES
    assert most_in(calls, 1.0) <= ALLOWED_PER_S
    shortest_s = min(later - earlier for earlier, later in pairwise(calls))
    assert shortest_s >= Policy().catch_up / BUCKET.rate_per_s - Policy().turn_slack_s - 1e-6
    if slowest_s < Policy().turn_wait_s:
        assert calls[-1] - calls[0] <= 1.1 * COPIES / ALLOWED_PER_S


@pytest.mark.parametrize("engines", [2, 4])
def test_engines_that_share_a_bot_keep_its_pace_together(engines: int) -> None:
    """No engine knows of another's delay: what is planned leaves room for a twentieth of a second."""
    calls = played(0.05, engines)
    assert most_in(calls, 1.0) <= ALLOWED_PER_S
    assert calls[-1] - calls[0] <= 1.1 * COPIES / ALLOWED_PER_S


def turn(start_at: float, step_s: float) -> Any:
    return ticket()._replace(start_at=start_at, step_s=step_s)


def test_a_late_one_holds_its_successors_up_and_they_catch_up() -> None:
    turns = Turns(0.9)
    assert turns.take(turn(NOW, 1.0), turns.at(turn(NOW, 1.0), NOW + 5)) == NOW + 5
    assert turns.at(turn(NOW + 1, 1.0), NOW + 5) == pytest.approx(NOW + 5.9)
    assert turns.at(turn(NOW + 20, 1.0), NOW + 5) == NOW + 20


def test_what_may_start_together_starts_together() -> None:
    turns = Turns(0.9)
    for _ in range(3):
        assert turns.take(turn(NOW, 1.0), turns.at(turn(NOW, 1.0), NOW)) == NOW
