"""The fence: small groups of claimed copies become `sending` in one commit, just before their calls.

Whoever does not pass must not call. When the store does not answer, nobody of the group calls, whatever it wrote.
"""

import asyncio
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from ravi.delivery.engine.ports import Clock, Ready, Store, StoreDown
from ravi.delivery.engine.values import Instant, Passer, Policy, Ticket


class Passage(Enum):
    """The answer to one ticket."""

    PASSED = "passed"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"


class _Asking(NamedTuple):
    """One that stands before the fence. Of what it carries only the time that this takes: its bytes are free once it is sent."""

    ticket: Ticket
    scope: str
    upload_s: float
    answer: asyncio.Future[tuple[Passage, Instant]]


@dataclass(slots=True)
class Fence:
    """Gathers what asks for passage while the previous group is being committed."""

    store: Store
    clock: Clock
    owner: str
    policy: Policy
    _waiting: list[_Asking] = field(default_factory=list)
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, ticket: Ticket, ready: Ready) -> tuple[Passage, Instant]:
        """(whether the call may be made, the moment that the passage was asked for)."""
        answer: asyncio.Future[tuple[Passage, Instant]] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Asking(ticket, ready.scope, self.policy.upload_s(ready.size_bytes), answer))
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

    async def _open(self, group: list[_Asking]) -> None:
        now = self.clock.now()
        # After a pause two claims of one copy may stand here side by side, of which the older is void: the store tells copies.
        newest: dict[int, int] = {}
        for one in group:
            newest[one.ticket.head.id] = max(one.ticket.attempt, newest.get(one.ticket.head.id, 0))
        void = [one for one in group if one.ticket.attempt < newest[one.ticket.head.id]]
        _answer(void, {}, now)
        group = [one for one in group if one.ticket.attempt == newest[one.ticket.head.id]]
        passers = [self._passer(one, now) for one in group]
        try:
            passed = await self.store.begin(now, self.owner, passers)
        except StoreDown:
            _answer(group, {one.ticket.head.id: Passage.IN_DOUBT for one in group}, now)
            return
        _answer(group, dict.fromkeys(passed, Passage.PASSED), now)

    def _passer(self, one: _Asking, now: Instant) -> Passer:
        """The lease outlives the call, also one that carries a film over a slow line."""
        lease_until = now + self.policy.lease_s + one.upload_s
        return Passer(one.ticket.head.id, one.ticket.attempt, one.scope, lease_until)


def _answer(group: list[_Asking], passages: dict[int, Passage], now: Instant) -> None:
    for one in group:
        if not one.answer.done():
            one.answer.set_result((passages.get(one.ticket.head.id, Passage.REFUSED), now))
