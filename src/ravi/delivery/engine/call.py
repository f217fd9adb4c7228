"""Carries one ticket to its outcome: prepare, then fence and call. Past the fence there is exactly one call."""

from dataclasses import dataclass, field

from ravi.delivery.engine import breaker
from ravi.delivery.engine import outcome as outcomes
from ravi.delivery.engine.fence import Fence, Passage
from ravi.delivery.engine.ports import Clock, Log, Random, Ready, Transport
from ravi.delivery.engine.settle import Entry
from ravi.delivery.engine.turn import Turns
from ravi.delivery.engine.values import (
    Change,
    Instant,
    Limited,
    Means,
    NotSent,
    Outcome,
    Policy,
    Ticket,
    Unsure,
)
from ravi.delivery.rules import State


@dataclass(slots=True)
class Caller:
    """What a call needs."""

    clock: Clock
    random: Random
    transport: Transport
    fence: Fence
    policy: Policy
    log: Log
    _turns: Turns = field(init=False)

    def __post_init__(self) -> None:
        self._turns = Turns(self.policy.catch_up)

    async def carry(self, ticket: Ticket, ready: Ready | Outcome) -> Entry:
        """The entry to settle, whatever happened; `ready` is what `prepare` gave."""
        if isinstance(ready, Outcome):
            return Entry(self._not_called(ticket, ready))  # nobody was asked: it says nothing of the platform
        passage, asked_at = await self.fence.ask(ticket, ready)
        if passage is not Passage.PASSED:
            self.log("not_passed", delivery=ticket.head.id, attempt=ticket.attempt, passage=passage.value)
            return Entry(self._not_called(ticket, None))
        if not await self._took_turn(ticket):
            return Entry(self._not_called(ticket, None))
        # After a pause longer than this the lease may end during the call: give back instead, nothing was sent.
        if self.clock.now() - asked_at > self.policy.send_window_s:
            return Entry(self._not_called(ticket, None))
        return await self._call(ticket, ready)

    async def _took_turn(self, ticket: Ticket) -> bool:
        """Fences open for several at once, and late; a credential's calls keep their steps all the same.

        The fence stands open meanwhile, so whoever would wait longer gives back and goes with another start.
        """
        give_up = self.clock.now() + self.policy.turn_wait_s
        while True:
            now = self.clock.now()
            at = self._turns.at(ticket, now)
            if at <= now + self.policy.turn_slack_s:
                self._turns.take(ticket, now)
                return True
            if at > give_up:
                return False
            await self.clock.sleep(at - now)

    def give_back(self, ticket: Ticket) -> Entry:
        """For a ticket that is not tried any more."""
        return Entry(self._not_called(ticket, None))

    async def prepare(self, ticket: Ticket) -> Ready | Outcome:
        """The call ready to be made, or why it cannot be; nothing has left Ravi."""
        try:
            async with self.clock.timeout(self.policy.prepare_timeout_s):
                return await self.transport.prepare(ticket)
        except TimeoutError:
            return NotSent("preparing took too long")
        except Exception as error:
            self.log("defect", delivery=ticket.head.id, where="prepare", error=type(error).__name__)
            return NotSent("preparing failed in Ravi itself")

    async def _call(self, ticket: Ticket, ready: Ready) -> Entry:
        called_at = self.clock.now()
        self.log("calling", delivery=ticket.head.id, attempt=ticket.attempt, channel=ticket.head.channel_id)
        outcome: Outcome
        try:
            async with self.clock.timeout(self.policy.call_timeout_s + self.policy.upload_s(ready.size_bytes)):
                outcome = await self.transport.send(ready)
        except TimeoutError:
            outcome = Unsure("no answer in time")
        except Exception as error:
            self.log("defect", delivery=ticket.head.id, where="send", error=type(error).__name__)
            outcome = Unsure("the call broke off in Ravi itself")
        change = outcomes.judge(
            ticket,
            outcome,
            self._means(ticket),
            now=self.clock.now(),
            called_at=called_at,
            policy=self.policy,
            jitter=self.random.uniform,
        )
        return self._entry(ticket, ready, outcome, change)

    def _not_called(self, ticket: Ticket, outcome: Outcome | None) -> Change:
        return outcomes.not_called(
            ticket,
            outcome,
            now=self.clock.now(),
            policy=self.policy,
            jitter=self.random.uniform,
            means=self._means(ticket),
        )

    def _means(self, ticket: Ticket) -> Means:
        return self.transport.means(ticket.head.adapter, ticket.head.platform)

    def _entry(self, ticket: Ticket, ready: Ready, outcome: Outcome, change: Change) -> Entry:
        paused_until: Instant = 0.0
        if isinstance(outcome, Limited) and change.after is State.PENDING:
            paused_until = change.next_at
        route = (ticket.head.platform, ticket.head.route)
        return Entry(change, ticket.head.bucket_key, paused_until, route, self._health(ticket, ready, outcome))

    def _health(self, ticket: Ticket, ready: Ready, outcome: Outcome) -> bool | None:
        """What the outcome says of the whole platform; None for nothing."""
        is_healthy = outcomes.is_healthy(outcome)
        is_own = ready.own_server or self._means(ticket).own_server
        if is_own or (is_healthy is False and breaker.has_failed(ticket.head)):
            return None
        return is_healthy
