"""One engine: claims, carries, settles, tends, beats; drains when asked to end. Knows only its ports."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ravi.delivery.engine import claim
from ravi.delivery.engine.call import Caller
from ravi.delivery.engine.fence import Fence
from ravi.delivery.engine.ports import Clock, Log, Random, Store, StoreDown, Transport
from ravi.delivery.engine.settle import Settler
from ravi.delivery.engine.tend import Tender
from ravi.delivery.engine.turn import Turns
from ravi.delivery.engine.values import Instant, Policy, Ticket


@dataclass(slots=True)
class Engine:
    """`run` until `end`; `ring` when something may have become due."""

    owner: str
    clock: Clock
    random: Random
    store: Store
    transport: Transport
    log: Log
    policy: Policy = field(default_factory=Policy)
    last_lag_s: float = 0.0
    _ending: bool = False
    _ahead: dict[str, tuple[Instant, Instant]] = field(default_factory=dict)
    _is_behind: bool = True
    _bell: asyncio.Event = field(default_factory=asyncio.Event)
    _end: asyncio.Event = field(default_factory=asyncio.Event)
    _turns: Turns = field(init=False)
    _looked_at: Instant = 0.0
    # About in order, which is enough: whoever stands behind a longer rest is found after idle_s.
    _rests: deque[Instant] = field(default_factory=deque)
    _carrying: set[asyncio.Task[None]] = field(default_factory=set)
    _caller: Caller = field(init=False)
    _fence: Fence = field(init=False)
    _settler: Settler = field(init=False)
    _sockets: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._turns = Turns(self.policy.catch_up)
        self._fence = Fence(self.store, self.clock, self.owner, self.policy)
        self._settler = Settler(self.store, self.clock, self.random, self.policy, self.log, self._settled)
        self._caller = Caller(self.clock, self.random, self.transport, self._fence, self.policy, self.log)
        self._sockets = asyncio.Semaphore(self.policy.concurrency)

    @property
    def in_hand(self) -> int:
        """Tickets between their claim and their outcome."""
        return len(self._carrying)

    @property
    def is_ending(self) -> bool:
        """Whether somebody has asked for the end."""
        return self._ending

    def ring(self) -> None:
        """A hint that something may be due; the engine would find it by itself a little later."""
        self._bell.set()

    def end(self) -> None:
        """Ask for the end: nothing new is begun, calls in flight are awaited and settled."""
        self._ending = True
        self._bell.set()
        self._end.set()

    async def run(self) -> None:
        """Until `end` was called and everything in hand is settled, or drain_s is over."""
        tender = Tender(self.store, self.clock, self.random, self.transport, self._settler, self.policy, self.log)
        loops: list[Coroutine[Any, Any, None]] = [
            self._fence.run(), self._settler.run(), tender.run(), self._beat(), self._watch(), self._claim()
        ]  # fmt: skip
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(loop) for loop in loops]
                await self._end.wait()
                await self._drain()
                for task in tasks:
                    task.cancel()
            await self._say_goodbye()
        finally:
            for task in [*self._carrying, *tender.looking]:
                task.cancel()

    async def _claim(self) -> None:
        while not self._ending:
            tickets = [] if self._is_behind else await self._take()
            for ticket in tickets:
                task = asyncio.get_running_loop().create_task(self._carry(ticket))
                self._carrying.add(task)
                task.add_done_callback(self._carrying.discard)
            if not tickets:
                await self._idle()

    async def _take(self) -> list[Ticket]:
        room = min(self.policy.claim_batch, 2 * self.policy.concurrency - self.in_hand)
        if room < min(self.policy.claim_room, self.policy.concurrency):
            return []
        now = self._looked_at = self.clock.now()
        decide = partial(claim.decide, now=now, owner=self.owner, policy=self.policy)
        try:
            return list(await self.store.claim(now, room, decide))
        except StoreDown as reason:
            self.log("claim_waits", reason=str(reason))
            await self.clock.sleep(self.random.uniform(0.2, 1.0))
            return []

    async def _idle(self) -> None:
        """Until something may be due: somebody rings, a channel that this engine used has rested, or idle_s is over."""
        wait_s = self.policy.idle_s * self.random.uniform(0.8, 1.2)
        while self._rests and self._rests[0] <= self._looked_at:
            self._rests.popleft()
        if self._rests:
            # Not before the outcome that sent the channel to rest is written.
            wait_s = min(wait_s, max(self._rests[0] - self.clock.now(), self.policy.settle_gather_s))
        try:
            async with self.clock.timeout(wait_s):
                await self._bell.wait()
        except TimeoutError:
            pass
        self._bell.clear()

    async def _carry(self, ticket: Ticket) -> None:
        ready = await self._caller.prepare(ticket)
        await self._until(self._turns.take(ticket, self._turns.at(ticket, self.clock.now())))
        async with self._sockets:
            is_too_late = self.clock.now() > ticket.lease_until - self.policy.send_window_s
            if self._ending or is_too_late:
                entry = self._caller.give_back(ticket)
            else:
                entry = await self._caller.carry(ticket, ready)
        self._settler.put(entry)
        if entry.change.next_at:
            self._rests.append(entry.change.next_at)

    async def _until(self, moment: Instant) -> None:
        while not self._ending and (wait := moment - self.clock.now()) > 0:
            await self.clock.sleep(max(wait, 0.001))  # never longer than look_ahead_s

    def _settled(self, _count: int) -> None:
        self._bell.set()

    async def _beat(self) -> None:
        while True:
            try:
                self._compare(await self.store.beat(self.clock.now(), self.owner, self.in_hand, False))
            except StoreDown as reason:
                self.log("beat_waits", reason=str(reason))
            await self.clock.sleep(self.policy.beat_s)

    def _compare(self, ahead: Mapping[str, Instant]) -> None:
        """Whose clock is behind that of an engine that lives would send too late and too close: it claims nothing.

        What was said ahead is of one that lives while it is said anew, three beats long.
        """
        now = self.clock.now()
        heard = {owner: self._ahead.get(owner, (0.0, now)) for owner in ahead}
        self._ahead = {owner: heard[owner] if heard[owner][0] == at else (at, now) for owner, at in ahead.items()}
        living = (at - now for at, since in self._ahead.values() if now - since < 3 * self.policy.beat_s)
        late_s = max(living, default=0.0)
        self._is_behind = late_s > self.policy.clock_slack_s
        if self._is_behind:
            self.log("clock_behind", late_s=round(late_s, 3))
        else:
            self._bell.set()

    async def _watch(self) -> None:
        """Measures how late the loop runs: after a long pause claims are too old, and each carry checks that itself."""
        while True:
            before = self.clock.now()
            await self.clock.sleep(1.0)
            self.last_lag_s = self.clock.now() - before - 1.0
            if self.last_lag_s > self.policy.lag_limit_s:
                self.log("stalled", lag_s=round(self.last_lag_s, 3))

    async def _drain(self) -> None:
        self.log("draining", in_hand=len(self._carrying))
        try:
            async with self.clock.timeout(self.policy.drain_s):
                while self._carrying:
                    await asyncio.wait(set(self._carrying))
                await self._settler.emptied()
        except TimeoutError:
            self.log("drain_over", in_hand=len(self._carrying))
            for task in list(self._carrying):
                task.cancel()

    async def _say_goodbye(self) -> None:
        try:
            await self.store.beat(self.clock.now(), self.owner, len(self._carrying), True)
        except StoreDown as reason:
            self.log("beat_waits", reason=str(reason))
