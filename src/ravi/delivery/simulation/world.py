"""Engines on their machines around one ledger and the platforms: started, killed, held, set ahead, and watched to the end."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ravi.delivery.engine.program import Engine
from ravi.delivery.engine.values import Change, Policy
from ravi.delivery.simulation.book import Book
from ravi.delivery.simulation.faults import NEVER, Faults
from ravi.delivery.simulation.judge import Judge
from ravi.delivery.simulation.loop import ENGINE, SimulatedClock, SimulatedLoop
from ravi.delivery.simulation.platform import Door, Platforms
from ravi.delivery.simulation.store import Away, WayToStore, limits_heard
from ravi.delivery.store.orders import Order


@dataclass(slots=True)
class Host:
    """One engine and the machine under it."""

    name: str
    clock: SimulatedClock
    task: Any = None
    let_go_at: float = -NEVER


def _quiet(_event: str, /, **_facts: object) -> None:
    """The engine's log goes nowhere."""


@dataclass(slots=True)
class World:
    """All that there is in one run."""

    seed: int
    faults: Faults
    book: Book
    policy: Policy = field(default_factory=Policy)
    loop: SimulatedLoop = field(default_factory=SimulatedLoop)
    chance: random.Random = field(init=False)
    judge: Judge = field(init=False)
    platforms: Platforms = field(init=False)
    away: Away = field(default_factory=Away)
    hosts: dict[str, Host] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    happened: dict[str, int] = field(default_factory=dict)
    _born: int = 0
    _dead: list[Host] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 -- one seed, one run
        self.judge = Judge(self.policy)
        self.platforms = Platforms(self.loop, self.chance, self.faults, self.judge)
        self.loop.set_exception_handler(lambda _loop, _context: None)  # killed engines leave tasks behind

    def order(self, orders: Sequence[Order], now: float) -> list[int]:
        """Into the ledger, and remembered here beside it."""
        numbers = self.book.order(orders, now)
        self.orders.update(zip(numbers, orders, strict=True))
        return numbers

    def start(self) -> None:
        """One more engine, on a machine whose clock is right."""
        self._born += 1
        host = Host(f"engine-{self._born}", SimulatedClock(self.loop))
        store: Any = WayToStore(
            self.book.store, self.chance, self.faults, self.away, self.loop.moment, self.loop.pause,
            lambda: self.kill(host.name), lambda: self.hold(host.name), self._note,
        )  # fmt: skip
        door: Any = Door(
            self.platforms, host.name, lambda: host.clock.ahead_s > 0, lambda: self._was_held(host),
            lambda: self.kill(host.name),
        )  # fmt: skip
        engine = Engine(host.name, host.clock, self.chance, store, door, _quiet, self.policy)
        context = self.loop.outside.copy()
        context.run(ENGINE.set, host.name)
        host.task = self.loop.create_task(engine.run(), context=context)
        host.task.add_done_callback(self._ended, context=self.loop.outside)
        self.hosts[host.name] = host

    def kill(self, name: str) -> None:
        """kill -9; another one comes a little later."""
        if (host := self.hosts.pop(name, None)) is not None:
            self._dead.append(host)  # what is collected as garbage would run its `finally`
            self.count("kills")
            self.loop.end(name)
            self.loop.later(1 + 5 * self.chance.random(), self.start)

    def hold(self, name: str) -> None:
        """SIGSTOP, or a machine that swaps, for a time that may outlast the lease."""
        if name in self.hosts and not self.loop.is_held(name):
            self.count("pauses")
            self.loop.hold(name)
            self.loop.later(self.chance.uniform(1.0, self.faults.held_s), self._let_go, name)

    def set_ahead(self, name: str) -> None:
        """Its clock is set forward, wrongly; somebody notices and starts it anew."""
        self.count("clock steps")
        self.hosts[name].clock.ahead_s += self.chance.uniform(0.1, 60.0)
        self.loop.later(self.chance.uniform(10.0, 100.0), self.kill, name)

    def count(self, what: str, times: int = 1) -> None:
        """Remember that it happened."""
        self.happened[what] = self.happened.get(what, 0) + times

    def _let_go(self, name: str) -> None:
        if name in self.hosts:
            self.hosts[name].let_go_at = self.loop.now
            self.loop.release(name)

    def _was_held(self, host: Host) -> bool:
        return self.loop.now - host.let_go_at <= self.policy.send_window_s + 1.0

    def _note(self, changes: Sequence[Change], applied: Sequence[int]) -> None:
        for number in limits_heard(changes, applied):
            self.count("429")
            self.judge.limit_heard(self.orders[number].channel_id, self.platforms.limited.pop(number, 0.0))

    def _ended(self, task: Any) -> None:
        if not task.cancelled() and (error := task.exception()):
            raise error
