"""The way to the ledger that one engine has: commits that fail, acknowledgements that nobody hears, a database that is away."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ravi.delivery.engine.ports import StoreDown, StoreRefused
from ravi.delivery.engine.values import Change
from ravi.delivery.rules import Code
from ravi.delivery.simulation.faults import Faults


@dataclass(slots=True)
class Away:
    """The one database, away until a moment."""

    until: float = 0.0


@dataclass(slots=True)
class WayToStore:
    """The store port of one engine; `kill` ends it, `hold` stops it for a while, both at this very await."""

    inner: Any
    chance: random.Random
    faults: Faults
    away: Away
    now: Callable[[], float]
    pause: Callable[[float], Any]
    kill: Callable[[], None]
    hold: Callable[[], None]
    note: Callable[[Sequence[Change], Sequence[int]], None]
    count: Callable[[str], None]
    beaten: Callable[[], None]
    unkept: set[tuple[int, int]] = field(default_factory=set)

    async def claim(self, *arguments: Any) -> Any:
        return await self._through(self.inner.claim, arguments)

    async def begin(self, *arguments: Any) -> Any:
        return await self._through(self.inner.begin, arguments)

    async def settle(self, now: float, changes: Sequence[Change], *arguments: Any) -> Any:
        async def settle_and_note(*given: Any) -> Any:
            self._refuse(changes)
            applied = await self.inner.settle(*given)
            self.note(changes, applied)
            return applied

        return await self._through(settle_and_note, (now, changes, *arguments))

    async def reap(self, *arguments: Any) -> Any:
        return await self._through(self.inner.reap, arguments)

    async def sweep(self, *arguments: Any) -> Any:
        return await self._through(self.inner.sweep, arguments)

    async def look(self, *arguments: Any) -> Any:
        return await self._through(self.inner.look, arguments)

    async def mend(self, *arguments: Any) -> Any:
        return await self._through(self.inner.mend, arguments)

    async def beat(self, *arguments: Any) -> Any:
        others_at = await self._through(self.inner.beat, arguments)
        self.beaten()
        return others_at

    async def _through(self, method: Any, arguments: tuple[Any, ...]) -> Any:
        chance, faults = self.chance, self.faults
        await self.pause(0.002)
        self._be_there()
        if chance.random() < faults.commit_fails:
            self.count("commits failed")
            raise StoreDown("the commit failed")
        if chance.random() < faults.killed_in_transaction:
            self.kill()
            await _never()
        result = await method(*arguments)
        if chance.random() < faults.killed_in_transaction:
            self.kill()
        if chance.random() < faults.held_in_transaction:
            self.hold()
        await self.pause(0.002)
        self._be_there()
        if chance.random() < faults.commit_unheard:
            self.count("commits unheard")
            raise StoreDown("the acknowledgement was lost")
        return result

    def _refuse(self, changes: Sequence[Change]) -> None:
        outcomes = [(change.id, change.attempt) for change in changes]
        if self.faults.unkept and self.chance.random() < self.faults.unkept:
            self.unkept.add(outcomes[0])
        if not self.unkept.isdisjoint(outcomes):
            self.count("outcomes that cannot be kept")
            raise StoreRefused("the number is out of range")

    def _be_there(self) -> None:
        if self.now() < self.away.until:
            self.count("database away")
            raise StoreDown("the database is away")


async def _never() -> None:
    await asyncio.get_running_loop().create_future()


def limits_heard(changes: Sequence[Change], applied: Sequence[int]) -> list[int]:
    """The deliveries whose "not now" was written down."""
    written = set(applied)
    return [one.id for one in changes if one.id in written and one.code == Code.RATE_LIMITED]
