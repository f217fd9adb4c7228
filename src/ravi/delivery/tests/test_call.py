"""What is settled when a call was never made, and how long one is waited for."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any

import pytest

from ravi.delivery.clock import WallClock
from ravi.delivery.engine.call import Caller
from ravi.delivery.engine.fence import Fence, Passage
from ravi.delivery.engine.values import Delivered, Means, NotSent, Passer, Policy
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

    async def ask(self, _ticket: Any, _ready: Any) -> tuple[Passage, float]:
        return Passage.PASSED, WallClock().now()


class Ready:
    scope = ""

    def __init__(self, *, own_server: bool = False, size_bytes: int = 0) -> None:
        self.own_server, self.size_bytes = own_server, size_bytes


def caller_to(means: Means, platform: Any = None, policy: Policy | None = None) -> Caller:
    fence: Any = Opening()
    return Caller(
        WallClock(),
        random.Random(1),
        platform or Platform(means),
        fence,
        policy or Policy(),
        lambda _event, **_facts: None,
    )


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


class SlowPlatform(Platform):
    """Takes what it is given, after a while."""

    async def send(self, _ready: Any) -> Any:
        await asyncio.sleep(0.15)
        return Delivered("1", "")


@pytest.mark.parametrize(("size_bytes", "after"), [(0, State.UNKNOWN), (3_000, State.SENT)])
async def test_a_call_that_carries_much_is_waited_for_longer(size_bytes: int, after: State):
    """A film over a slow line was cut after forty seconds, and nobody knew whether it had arrived."""
    policy = Policy(call_timeout_s=0.05, upload_bytes_per_s=100.0)
    entry = await caller_to(Means(), SlowPlatform(Means()), policy).carry(ticket(), Ready(size_bytes=size_bytes))
    assert entry.change.after is after


def test_nothing_is_waited_for_without_end():
    policy = Policy()
    assert policy.upload_s(0) == 0
    assert policy.upload_s(50_000_000) == pytest.approx(200.0)
    assert policy.upload_s(10**12) == policy.upload_max_s


class Store:
    """Remembers who asked to pass."""

    def __init__(self) -> None:
        self.asked: list[Passer] = []

    async def begin(self, _now: float, _owner: str, passers: Sequence[Passer]) -> frozenset[int]:
        self.asked += passers
        return frozenset(passer.id for passer in passers)


async def test_the_lease_outlives_each_call_by_as_much():
    store: Any = Store()
    policy = Policy()
    fence = Fence(store, WallClock(), "one", policy)
    task = asyncio.create_task(fence.run())
    light, heavy = await asyncio.gather(fence.ask(ticket(), Ready()), fence.ask(ticket(), Ready(size_bytes=25_000_000)))
    task.cancel()
    leases = [passer.lease_until - now for passer, (_, now) in zip(store.asked, (light, heavy), strict=True)]
    assert leases == [pytest.approx(policy.lease_s), pytest.approx(policy.lease_s + 100.0)]
    assert policy.lease_s > policy.call_timeout_s + policy.send_window_s


async def test_of_two_claims_of_one_copy_the_older_does_not_pass_with_the_newer():
    """An engine that woke from a pause held both, asked for both in one commit, and made both calls."""
    store: Any = Store()
    fence = Fence(store, WallClock(), "one", Policy())
    task = asyncio.create_task(fence.run())
    first = ticket()
    older, newer = first._replace(attempt=1), first._replace(attempt=3)
    answers = await asyncio.gather(fence.ask(older, Ready()), fence.ask(newer, Ready()))
    task.cancel()
    assert [passage for passage, _now in answers] == [Passage.REFUSED, Passage.PASSED]
    assert [passer.attempt for passer in store.asked] == [3]
