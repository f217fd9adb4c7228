"""What is done again and again beside sending: ended leases, last moments, unknown copies, sleeping channels."""

import asyncio
from dataclasses import dataclass, field
from functools import partial

from ravi.delivery.engine import outcome as outcomes
from ravi.delivery.engine import overdue, reconcile
from ravi.delivery.engine.ports import Clock, Log, Random, Store, StoreDown, Transport
from ravi.delivery.engine.settle import Entry, Settler
from ravi.delivery.engine.values import CannotTell, Case, Change, Finding, Leased, Policy

BATCH = 200


@dataclass(slots=True)
class Tender:
    """One engine's share of the tending; several engines never take the same copy."""

    store: Store
    clock: Clock
    random: Random
    transport: Transport
    settler: Settler
    policy: Policy
    log: Log
    _mended_at: float = 0.0
    looking: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Tend until cancelled."""
        while True:
            try:
                await self.once()
            except StoreDown as reason:
                self.log("tending_waits", reason=str(reason))
            await self.clock.sleep(self.policy.tend_s * self.random.uniform(0.8, 1.2))

    async def once(self) -> None:
        """One round."""
        now = self.clock.now()
        reaped = await self.store.reap(now, BATCH, self._after_lease)
        missed = await self.store.sweep(now, BATCH, partial(overdue.decide, now=now))
        if reaped or missed:
            self.log("tended", lease_ended=len(reaped), too_late=len(missed))
        cases = await self.store.look(now, now + self.policy.lease_s, BATCH)
        for case in cases:
            task = asyncio.get_running_loop().create_task(self._clear_up(case))
            self.looking.add(task)
            task.add_done_callback(self.looking.discard)
        if now - self._mended_at >= self.policy.mend_s:
            self._mended_at = now
            if mended := await self.store.mend(now):
                self.log("mended", channels=mended)

    def _after_lease(self, leased: Leased) -> Change:
        means = self.transport.means(leased.head.adapter, leased.head.platform)
        return outcomes.after_lease(leased, means, now=self.clock.now(), policy=self.policy)

    async def _clear_up(self, case: Case) -> None:
        means = self.transport.means(case.head.adapter, case.head.platform)
        way = reconcile.way(case, means, now=self.clock.now(), policy=self.policy)
        self.log("clearing_up", delivery=case.head.id, attempt=case.head.attempt, way=type(way).__name__)
        if isinstance(way, reconcile.Repeat):
            change = reconcile.repeated(case)
        elif isinstance(way, reconcile.Person):
            change = reconcile.left_to_person(case)
        else:
            finding = await self._find(case)
            change = reconcile.found(case, finding, now=self.clock.now(), policy=self.policy)
        self.settler.put(Entry(change))

    async def _find(self, case: Case) -> Finding:
        try:
            async with self.clock.timeout(self.policy.call_timeout_s):
                return await self.transport.find(case)
        except TimeoutError:
            return CannotTell("no answer in time")
        except Exception as error:
            self.log("defect", delivery=case.head.id, where="find", error=type(error).__name__)
            return CannotTell("looking broke off in Ravi itself")
