"""Engines on their machines around one ledger and the platforms: started, killed, held, set ahead, and watched to the end."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ravi.delivery import engine as engine_room
from ravi.delivery.engine.program import Engine
from ravi.delivery.engine.values import Change, Policy
from ravi.delivery.simulation.book import Book
from ravi.delivery.simulation.faults import NEVER, Faults
from ravi.delivery.simulation.judge import Judge
from ravi.delivery.simulation.loop import ENGINE, SimulatedClock, SimulatedLoop, Step
from ravi.delivery.simulation.platform import Door, Platforms
from ravi.delivery.simulation.store import Away, WayToStore, limits_heard
from ravi.delivery.store.orders import Order

ENGINE_FOLDER = Path(engine_room.__file__).parent
HELD_NOT_KILLED = 0.2
# Where every place is struck: so many steps between, or nobody would ever get far.
BREATH_STEPS = 500
Place = tuple[str, int]


@dataclass(slots=True)
class Host:
    """One engine and the machine under it."""

    name: str
    clock: SimulatedClock
    engine: Any = None
    task: Any = None
    let_go_at: float = -NEVER
    beats: tuple[float, float] = (-NEVER, -NEVER)


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
    struck: dict[Place, int] = field(default_factory=dict)
    _born: int = 0
    _breath: int = 0
    _dead: list[Host] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 -- one seed, one run
        self.judge = Judge(self.policy)
        self.platforms = Platforms(self.loop, self.chance, self.faults, self.judge, self.count)
        self.loop.strike = self.strike
        if self.faults.struck_every_steps < NEVER:
            self.loop.strike_in = max(1, round(self.faults.struck_every_steps))
        self.loop.set_exception_handler(lambda _loop, _context: None)  # killed engines leave tasks behind

    def order(self, orders: Sequence[Order], now: float) -> list[int]:
        """Into the ledger, and remembered here beside it."""
        numbers = self.book.order(orders, now)
        self.orders.update(zip(numbers, orders, strict=True))
        return numbers

    def start(self, ahead_s: float = 0.0) -> None:
        """One more engine, on a machine whose clock is right, or behind by -`ahead_s`."""
        self._born += 1
        host = Host(f"engine-{self._born}", SimulatedClock(self.loop, ahead_s))
        store: Any = WayToStore(
            self.book.store, self.chance, self.faults, self.away, self.loop.moment, self.loop.pause,
            lambda: self.kill(host.name), lambda: self.hold(host.name), self._note, self.count,
            lambda: self._heard(host),
        )  # fmt: skip
        door: Any = Door(
            self.platforms, host.name, lambda: self._is_off(host), lambda: self._was_held(host),
            lambda: self.kill(host.name),
        )  # fmt: skip
        host.engine = Engine(host.name, host.clock, self.chance, store, door, self._hear, self.policy)
        context = self.loop.outside.copy()
        context.run(ENGINE.set, host.name)
        host.task = self.loop.create_task(host.engine.run(), context=context)
        host.task.add_done_callback(lambda task: self._ended(host, task), context=self.loop.outside)
        self.hosts[host.name] = host
        if ahead_s < 0:
            self.loop.later(self.chance.uniform(10.0, 100.0), self._set_right, host)

    def kill(self, name: str, *, behind_s: float = 0.0) -> None:
        """kill -9; another one comes a little later, if `behind_s` on a clock that was set back meanwhile."""
        if (host := self.hosts.pop(name, None)) is not None:
            self._dead.append(host)  # what is collected as garbage would run its `finally`
            self.count("kills")
            self.loop.end(name)
            self.loop.later(1 + 5 * self.chance.random(), self.start, -behind_s)

    def end(self, name: str) -> None:
        """SIGTERM, as at every upgrade: it drains and says goodbye."""
        self.count("ended in order")
        self.hosts[name].engine.end()

    def hold(self, name: str) -> None:
        """SIGSTOP, or a machine that swaps, for a time that may outlast the lease."""
        if name in self.hosts and not self.loop.is_held(name):
            seconds = self.chance.uniform(1.0, self.faults.held_s)
            self.count("pauses past the lease" if seconds > self.policy.lease_s else "pauses")
            self.loop.hold(name)
            self.loop.later(seconds, self._let_go, name)

    def set_ahead(self, name: str) -> None:
        """Its clock is set forward, wrongly; somebody notices and starts it anew."""
        self.count("clocks ahead")
        clock, faults = self.hosts[name].clock, self.faults
        set_by_s = self.chance.uniform(faults.ahead_least_s, faults.ahead_most_s)
        clock.ahead_s = min(clock.ahead_s + set_by_s, faults.ahead_most_s)
        self.loop.later(self.chance.uniform(10.0, 100.0), self.kill, name)

    def set_back(self, name: str) -> None:
        """A running engine waits a clock out that is set back; one that is started then begins in the past."""
        self.count("clocks behind")
        self.kill(name, behind_s=self.chance.uniform(10.0, 60.0))

    def strike(self, name: str, step: Step) -> None:
        """Whatever an engine awaits: this is the last that it did, or it is held right here."""
        place = place_of(step)
        every = self.faults.struck_every_steps
        self.loop.strike_in = max(1, round(self.chance.expovariate(1.0 / every))) if every else 1
        if not every and not self._is_worth_striking(place):
            return
        if place is not None:
            self.struck[place] = self.struck.get(place, 0) + 1
            self.count("struck at an await")
        if self.chance.random() < HELD_NOT_KILLED:
            self.hold(name)
        else:
            self.kill(name)

    def _is_worth_striking(self, place: Place | None) -> bool:
        """Where every place is struck: a new one always, one that is known less and less, and not all too often."""
        self._breath -= 1
        times = self.struck.get(place, 0) if place is not None else -1
        is_worth = times == 0 or (times > 0 and self._breath <= 0 and self.chance.random() < 0.25**times)
        if is_worth:
            self._breath = BREATH_STEPS
        return is_worth

    def count(self, what: str, times: int = 1) -> None:
        """Remember that it happened."""
        self.happened[what] = self.happened.get(what, 0) + times

    def _let_go(self, name: str) -> None:
        if name in self.hosts:
            self.hosts[name].let_go_at = self.loop.now
            self.loop.release(name)

    def _set_right(self, host: Host) -> None:
        host.clock.ahead_s = max(host.clock.ahead_s, 0.0)

    def _was_held(self, host: Host) -> bool:
        return self.loop.now - host.let_go_at <= self.policy.send_window_s + 1.0

    def _is_off(self, host: Host) -> bool:
        """Whether nobody could know that its clock is wrong: ahead, or behind while no right one was heard of twice beside it."""
        if host.clock.ahead_s >= 0:
            return host.clock.ahead_s > 0
        since = self.loop.now - 2.5 * self.policy.beat_s
        return not any(other.clock.ahead_s == 0 and other.beats[0] > since for other in self.hosts.values())

    def _heard(self, host: Host) -> None:
        """Two beats in a row are what another engine can tell a right clock by."""
        host.beats = (host.beats[1], self.loop.now)

    def _hear(self, event: str, /, **_facts: object) -> None:
        if event == "clock_behind":
            self.count("clocks behind that waited")

    def _note(self, changes: Sequence[Change], applied: Sequence[int]) -> None:
        for number in limits_heard(changes, applied):
            order = self.orders[number]
            until = self.platforms.limited.pop(number, 0.0)
            self.judge.limit_heard(order.channel_id, order.bucket_key, self.loop.moment(), until)

    def _ended(self, host: Host, task: Any) -> None:
        if not task.cancelled() and (error := task.exception()):
            raise error
        if self.hosts.pop(host.name, None) is not None:
            self.loop.later(1 + 5 * self.chance.random(), self.start)


def place_of(step: Step) -> Place | None:
    """Where in the engine's own code the task stands that would go on now; None where it has not begun."""
    task = getattr(step.callback, "__self__", None)
    coroutine: Any = task.get_coro() if isinstance(task, asyncio.Task) else None
    place = None
    while (frame := getattr(coroutine, "cr_frame", None)) is not None:
        path = Path(frame.f_code.co_filename)
        if path.parent == ENGINE_FOLDER and coroutine.cr_await is not None:
            place = (path.stem, frame.f_lineno)
        coroutine = coroutine.cr_await
    return place
