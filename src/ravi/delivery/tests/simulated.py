"""A world for the real engine in simulated time: a loop whose clock jumps, a platform with faults, and what must hold.

One seed gives one run. The platform is the judge: it counts effects, order, spacing and calls at forbidden moments.
"""

import asyncio
import random
import selectors
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ravi.delivery.engine import values as v
from ravi.delivery.engine.ports import StoreDown
from ravi.delivery.engine.program import Engine
from ravi.delivery.payload import payload_hash
from ravi.delivery.rules import State
from ravi.delivery.store.memory import MemoryStore
from ravi.delivery.store.orders import Order

START = 1_790_000_000.0


class _JumpingSelector(selectors.SelectSelector):
    """Instead of waiting, moves the loop's time."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise RuntimeError("the simulation waits for nothing")
        self.now += max(timeout, 0.0)
        return super().select(0)


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop in simulated time."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def moment() -> float:
    """Simulated time, since 1970."""
    return round(START + asyncio.get_running_loop().time(), 6)


class SimulatedClock:
    """The engine's clock port over the loop's time."""

    def now(self) -> float:
        return moment()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float) -> Any:
        return asyncio.timeout(seconds)


MEANS = {
    "native": v.Means("native", 3600.0, True, True),
    "natural": v.Means("natural", None, False, True),
    "lookup": v.Means("lookup", None, False, True),
    "none": v.Means("none"),
}


@dataclass(frozen=True)
class Faults:
    """How often what goes wrong, per call or per store operation."""

    refused: float = 0.01
    lost_before: float = 0.004
    lost_after: float = 0.006
    server_error_before: float = 0.004
    server_error_after: float = 0.006
    limited: float = 0.005
    rejected: float = 0.003
    crash: float = 0.0005
    store_down: float = 0.003
    store_lost_ack: float = 0.003
    paused: float = 0.0


@dataclass(frozen=True)
class _Ready:
    head: v.Head
    scope: str = "credential-1"


@dataclass
class Platform:
    """Effects, and every rule that somebody broke as seen from outside."""

    chance: random.Random
    faults: Faults
    gap_s: float = 1.0
    on_crash: Callable[[], None] = lambda: None
    effects: Counter[str] = field(default_factory=Counter)
    violations: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    forbidden: Callable[[v.Head, float], str] = lambda head, now: ""
    _arrived: dict[int, float] = field(default_factory=dict)
    _limited_until: dict[int, float] = field(default_factory=dict)
    _order: dict[tuple[int, int], tuple[float, int]] = field(default_factory=dict)
    keep_order: bool = True

    def means(self, adapter: str, _platform: str) -> v.Means:
        return MEANS[adapter]

    async def prepare(self, ticket: v.Ticket) -> _Ready:
        await asyncio.sleep(0.001)
        return _Ready(ticket.head)

    async def send(self, ready: _Ready) -> v.Outcome:
        head, now = ready.head, moment()
        self.calls += 1
        if said := self.forbidden(head, now):
            self.violations[said] += 1
        if self._strikes(self.faults.crash):
            self.on_crash()
        if self._strikes(self.faults.refused):
            await asyncio.sleep(0.01)
            return v.NotSent("refused")
        if self._strikes(self.faults.lost_before):
            await asyncio.sleep(1000)
        await asyncio.sleep(0.03 + 0.3 * self.chance.random())
        outcome = self._answer(head, moment())
        await asyncio.sleep(0.02)
        if self._strikes(self.faults.crash):
            self.on_crash()
            await asyncio.sleep(1000)
        if self._strikes(self.faults.lost_after):
            await asyncio.sleep(1000)
        return outcome

    async def find(self, case: v.Case) -> v.Finding:
        await asyncio.sleep(0.05)
        if self._strikes(0.05):
            return v.CannotTell("no answer")
        if self.effects[case.head.key]:
            return v.Found(f"r{case.head.id}", "")
        return v.Absent()

    def _answer(self, head: v.Head, now: float) -> v.Outcome:
        if now < self._limited_until.get(head.channel_id, 0.0):
            self.violations["called during retry-after"] += 1
        if self._strikes(self.faults.limited):
            wait = float(self.chance.randint(1, 30))
            self._limited_until[head.channel_id] = now + wait
            return v.Limited(wait)
        if now - self._arrived.get(head.channel_id, -1e9) < self.gap_s - 1e-3:
            self.violations["closer than the gap"] += 1
        self._arrived[head.channel_id] = now
        if self._strikes(self.faults.server_error_before):
            return v.Unsure("HTTP 500")
        if self._strikes(self.faults.rejected):
            return v.Rejected("bad_request", "no")
        self._take_effect(head)
        if self._strikes(self.faults.server_error_after):
            return v.Unsure("HTTP 500")
        return v.Delivered(f"r{head.id}", f"https://example.org/{head.id}")

    def _take_effect(self, head: v.Head) -> None:
        knows = MEANS[head.adapter].kind in ("native", "natural")
        if knows and self.effects[head.key]:
            return
        self.effects[head.key] += 1
        if self.effects[head.key] > 1:
            self.violations["published twice"] += 1
        line = (head.channel_id, head.lane)
        if self.keep_order and (head.due_at, head.id) < self._order.get(line, (0.0, 0)):
            self.violations["out of order"] += 1
        self._order[line] = max(self._order.get(line, (0.0, 0)), (head.due_at, head.id))

    def _strikes(self, probability: float) -> bool:
        return self.chance.random() < probability


@dataclass
class FaultyStore:
    """The memory store behind a way that fails before or after the write; every await is a place to die."""

    inner: MemoryStore
    chance: random.Random
    faults: Faults

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.inner, name)

        async def through(*arguments: Any) -> Any:
            await asyncio.sleep(0.002)
            if self.chance.random() < self.faults.store_down:
                raise StoreDown("failed commit")
            result = await method(*arguments)
            await asyncio.sleep(0.002)
            if self.chance.random() < self.faults.store_lost_ack:
                raise StoreDown("lost acknowledgement")
            return result

        return through


def orders(
    count: int,
    channels: int,
    *,
    kinds: Sequence[str] = ("native", "natural", "lookup"),
    spread_s: float = 60.0,
    seed: int = 0,
    lateness_limit_s: int = 10**7,
) -> list[Order]:
    """Publishes over channels whose platform kind depends on the channel."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        channel = number % channels + 1
        payload = f'{{"n":{number}}}'
        digest = payload_hash(payload)
        kind = kinds[channel % len(kinds)]
        made.append(
            Order(
                institution_id=channel % 3 + 1,
                unit_id=channel % 7 + 1,
                campaign_id=None,
                post_id=number // channels + 1,
                channel_id=channel,
                platform=kind,
                adapter=kind,
                route="direct",
                target="t",
                bucket_key=f"b{channel % 5}",
                lane=2,
                action="publish",
                payload=payload,
                content_hash=digest,
                approved_hash=digest,
                due_at=START + (number // channels) * 2.0 + spread_s * chance.random(),
                valid_until=None,
                lateness_limit_s=lateness_limit_s,
                key=f"k{number}",
                gap_s=1.0,
                rate_per_s=25.0,
                burst=5,
            )
        )
    return made


@dataclass
class World:
    """Engines, one store, one platform; engines die and come back."""

    seed: int
    faults: Faults = field(default_factory=Faults)
    engines: int = 3
    policy: v.Policy = field(default_factory=v.Policy)
    store: MemoryStore = field(default_factory=MemoryStore)
    crashes: int = 0
    log: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.platform = Platform(self.chance, self.faults)
        self._running: dict[str, asyncio.Task[None]] = {}
        self._born = 0

    def run(self, story: Callable[["World"], Any], *, limit_s: float = 400_000.0) -> None:
        """Play the story, then wait until every copy is settled or waits for a person."""
        loop = SimulatedLoop()
        try:
            loop.run_until_complete(self._play(story, limit_s))
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0))
        finally:
            loop.close()

    async def _play(self, story: Callable[["World"], Any], limit_s: float) -> None:
        for _ in range(self.engines):
            self._start()
        told = asyncio.ensure_future(story(self))
        end = asyncio.get_running_loop().time() + limit_s
        while asyncio.get_running_loop().time() < end:
            await asyncio.sleep(5.0)
            if told.done() and self._is_quiet():
                break
        told.result()
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _is_quiet(self) -> bool:
        at_work = (State.PENDING, State.CLAIMED, State.SENDING)
        return not any(
            row.state in at_work or (row.state is State.UNKNOWN and row.look_at is not None)
            for row in self.store.rows.values()
        )

    def _start(self) -> None:
        self._born += 1
        name = f"engine-{self._born}"
        engine = Engine(
            name,
            SimulatedClock(),
            self.chance,
            FaultyStore(self.store, self.chance, self.faults),
            _Door(self, name),
            lambda event, /, **facts: None,
            self.policy,
        )
        task = asyncio.ensure_future(engine.run())
        self._running[name] = task
        task.add_done_callback(lambda done: self._ended(name, done))

    def kill(self, name: str) -> None:
        """What kill -9 does: nothing of it runs on, and a new one comes a little later."""
        if name in self._running:
            self.crashes += 1
            self._running[name].cancel()

    def _ended(self, name: str, done: asyncio.Task[None]) -> None:
        self._running.pop(name, None)
        if not done.cancelled() and (error := done.exception()):
            raise error
        with suppress(RuntimeError):
            asyncio.get_running_loop().call_later(1 + 5 * self.chance.random(), self._start)

    def states(self) -> dict[State, int]:
        """How many copies in each state."""
        counts: dict[State, int] = defaultdict(int)
        for row in self.store.rows.values():
            counts[row.state] += 1
        return dict(counts)

    def problems(self) -> dict[str, int]:
        """Every invariant that does not hold, with how often."""
        found = Counter(self.platform.violations)
        for row in self.store.rows.values():
            effects = self.platform.effects[row.order.key]
            if row.state is State.SENT and effects != 1:
                found["sent without effect"] += 1
            if row.state in (State.FAILED, State.MISSED, State.CANCELLED) and effects:
                found[f"{row.state} with effect"] += 1
            if row.state in (State.PENDING, State.CLAIMED, State.SENDING):
                found["left in line"] += 1
        return dict(found)


@dataclass
class _Door:
    """The platform as one engine sees it, so that a crash takes the engine that called."""

    world: World
    name: str

    def means(self, adapter: str, platform: str) -> v.Means:
        return self.world.platform.means(adapter, platform)

    async def prepare(self, ticket: v.Ticket) -> Any:
        return await self.world.platform.prepare(ticket)

    async def send(self, ready: Any) -> v.Outcome:
        self.world.platform.on_crash = lambda: self.world.kill(self.name)
        return await self.world.platform.send(ready)

    async def find(self, case: v.Case) -> v.Finding:
        return await self.world.platform.find(case)
