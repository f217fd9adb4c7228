"""Writes outcomes in batches and never drops one: while the store is away they wait here and are tried again. One that the
store cannot hold waits by itself."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from ravi.delivery.engine import breaker
from ravi.delivery.engine.ports import Clock, Log, Random, Store, StoreDown, StoreRefused
from ravi.delivery.engine.values import Breaker, BreakerKey, Change, Instant, Policy, Signals


class Entry(NamedTuple):
    """A change with what it says about paces and health."""

    change: Change
    bucket_key: str = ""
    paused_until: Instant = 0.0
    route: BreakerKey | None = None
    healthy: bool | None = None


@dataclass(slots=True)
class Settler:
    """The engine's outgoing book."""

    store: Store
    clock: Clock
    random: Random
    policy: Policy
    log: Log
    on_settled: Callable[[int], None]
    _waiting: list[Entry] = field(default_factory=list)
    _bell: asyncio.Event = field(default_factory=asyncio.Event)
    _empty: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, entry: Entry) -> None:
        """Take an outcome; it is written soon."""
        self._waiting.append(entry)
        self._empty.clear()
        self._bell.set()

    async def run(self) -> None:
        """Write batches until cancelled."""
        self._empty.set()
        while True:
            await self._bell.wait()
            if len(self._waiting) < self.policy.settle_batch:
                await self.clock.sleep(self.policy.settle_gather_s)
            batch = self._waiting[: self.policy.settle_batch]
            refused = await self._write(batch)
            del self._waiting[: len(batch)]
            # Behind all others; the lease of its copy ends meanwhile, which makes it unknown, and people see it.
            self._waiting.extend(refused)
            if not self._waiting:
                self._bell.clear()
                self._empty.set()
            self.on_settled(len(batch) - len(refused))
            if refused and len(refused) == len(self._waiting):
                await self._another()

    async def _another(self) -> None:
        """Until an outcome is put that can be written, or it is time to try the others again."""
        self._bell.clear()
        with suppress(TimeoutError):
            async with self.clock.timeout(self.policy.beat_s):
                await self._bell.wait()
        self._bell.set()

    async def emptied(self) -> None:
        """Wait until everything that was put is written."""
        if self._waiting:
            await self._empty.wait()

    async def _write(self, batch: list[Entry]) -> list[Entry]:
        """Everything that the store can hold is written; what it cannot."""
        changes = [entry.change for entry in batch]
        while True:
            now = self.clock.now()
            heal = partial(_heal, now=now, policy=self.policy)
            try:
                applied = set(await self.store.settle(now, changes, signals(batch), heal))
            except StoreRefused as reason:
                if len(batch) > 1:
                    half = len(batch) // 2
                    return await self._write(batch[:half]) + await self._write(batch[half:])
                self.log("settle_refused", delivery=batch[0].change.id, reason=str(reason))
                return batch
            except StoreDown as reason:
                self.log("settle_waits", copies=len(batch), reason=str(reason))
                await self.clock.sleep(self.random.uniform(0.2, 1.0))
                continue
            self._tell(changes, applied)
            return []

    def _tell(self, changes: list[Change], applied: set[int]) -> None:
        for change in changes:
            event = "settled" if change.id in applied else "overtaken"
            self.log(event, delivery=change.id, attempt=change.attempt, state=change.after.value, code=str(change.code))


def signals(batch: list[Entry]) -> Signals:
    """The batch's pauses per credential and its successes and failures per platform and route."""
    pauses: dict[str, Instant] = {}
    health: dict[BreakerKey, tuple[int, int]] = {}
    for entry in batch:
        if entry.paused_until:
            pauses[entry.bucket_key] = max(entry.paused_until, pauses.get(entry.bucket_key, 0.0))
        if entry.route is not None and entry.healthy is not None:
            ok, failed = health.get(entry.route, (0, 0))
            health[entry.route] = (ok + 1, failed) if entry.healthy else (ok, failed + 1)
    return Signals(pauses, health)


def _heal(state: Breaker, ok: int, failed: int, *, now: Instant, policy: Policy) -> Breaker:
    return breaker.after(state, ok, failed, now, policy)
