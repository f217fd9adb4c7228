"""The fence: small groups of claimed copies become `sending` in one commit, just before their calls.

Whoever does not pass must not call. When the store does not answer, nobody of the group calls, whatever it wrote.
"""

import asyncio
from dataclasses import dataclass, field
from enum import Enum

from ravi.delivery.engine.ports import Clock, Ready, Store, StoreDown
from ravi.delivery.engine.values import Instant, Passer, Policy, Ticket


class Passage(Enum):
    """The answer to one ticket."""

    PASSED = "passed"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"


@dataclass(slots=True)
class Fence:
    """Gathers what asks for passage while the previous group is being committed."""

    store: Store
    clock: Clock
    owner: str
    policy: Policy
    _waiting: list[tuple[Ticket, Ready, asyncio.Future[tuple[Passage, Instant]]]] = field(default_factory=list)
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, ticket: Ticket, ready: Ready) -> tuple[Passage, Instant]:
        """(whether the call may be made, the moment that the passage was asked for)."""
        answer: asyncio.Future[tuple[Passage, Instant]] = asyncio.get_running_loop().create_future()
        self._waiting.append((ticket, ready, answer))
        self._bell.set()
        return await answer

    async def run(self) -> None:
        """Serve groups until cancelled."""
        while True:
            await self._bell.wait()
            # A commit costs the same for one as for a hundred.
            if len(self._waiting) < self.policy.fence_group:
                await self.clock.sleep(self.policy.fence_gather_s)
            group, self._waiting = self._waiting[: self.policy.fence_group], self._waiting[self.policy.fence_group :]
            if not self._waiting:
                self._bell.clear()
            if group:
                await self._open(group)

    async def _open(self, group: list[tuple[Ticket, Ready, asyncio.Future[tuple[Passage, Instant]]]]) -> None:
        now = self.clock.now()
        passers = [self._passer(ticket, ready, now) for ticket, ready, _ in group]
        try:
            passed = await self.store.begin(now, self.owner, passers)
        except StoreDown:
            _answer(group, {ticket.head.id: Passage.IN_DOUBT for ticket, _, _ in group}, now)
            return
        _answer(group, dict.fromkeys(passed, Passage.PASSED), now)

    def _passer(self, ticket: Ticket, ready: Ready, now: Instant) -> Passer:
        """The lease outlives the call, also one that carries a film over a slow line."""
        lease_until = now + self.policy.lease_s + self.policy.upload_s(ready.size_bytes)
        return Passer(ticket.head.id, ticket.attempt, ready.scope, lease_until)


def _answer(
    group: list[tuple[Ticket, Ready, asyncio.Future[tuple[Passage, Instant]]]],
    passages: dict[int, Passage],
    now: Instant,
) -> None:
    for ticket, _, answer in group:
        if not answer.done():
            answer.set_result((passages.get(ticket.head.id, Passage.REFUSED), now))
