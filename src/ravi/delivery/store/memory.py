"""The ledger in memory, for simulation and tests: one contract with postgres.py, and the rules themselves."""

import heapq
from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ravi.delivery import rules
from ravi.delivery.engine.values import (
    NEVER,
    Breaker,
    BreakerKey,
    Bucket,
    Case,
    Change,
    Head,
    Instant,
    Leased,
    Lineup,
    Overdue,
    Passer,
    Picture,
    Plan,
    Signals,
    Stop,
    Ticket,
)
from ravi.delivery.rules import Action, State, Verdict
from ravi.delivery.store.memory_taking_out import becomes
from ravi.delivery.store.orders import Order
from ravi.delivery.store.rows import LedgerLine, Row, SlotRow, head_of

UNKNOWN_BLOCK_S = 600.0


@dataclass(slots=True)
class MemoryStore:
    """Atomic: nothing in it awaits. `web_*` is what services do. `ledger` may be a sink of your own in very long runs."""

    rows: dict[int, Row] = field(default_factory=dict)
    slots: dict[int, SlotRow] = field(default_factory=dict)
    stops: dict[int, Stop] = field(default_factory=dict)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    breakers: dict[BreakerKey, Breaker] = field(default_factory=dict)
    closed_channels: set[int] = field(default_factory=set)
    workers: dict[str, tuple[Instant, int, bool]] = field(default_factory=dict)
    ledger: list[LedgerLine] = field(default_factory=list)
    calls: list[tuple[int, int, str]] = field(default_factory=list)
    chain: list[tuple[int, int]] = field(default_factory=list)
    _ready: list[tuple[Instant, int]] = field(default_factory=list)
    _leases: list[tuple[Instant, int]] = field(default_factory=list)
    _misses: list[tuple[Instant, int]] = field(default_factory=list)
    _looks: list[tuple[Instant, int]] = field(default_factory=list)
    _unknown: dict[tuple[int, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    changes_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    _last_id: int = 0
    _last_stop: int = 0

    # The engine's side --------------------------------------------------------------------------------------------

    async def claim(self, now: Instant, limit: int, decide: Callable[[Picture], Plan]) -> Sequence[Ticket]:
        lineups = [self._lineup(slot) for slot in self._free_slots(now, limit)]
        if not lineups:
            return ()
        plan = decide(Picture(lineups, tuple(self.stops.values()), self.buckets, self.breakers))
        self.buckets.update(plan.buckets)
        self.breakers.update(plan.breakers)
        for change in plan.changes:
            self._apply(change, now)
        for channel_id, wake_at in plan.wakes.items():
            slot = self.slots[channel_id]
            slot.wake_at = None
            self._wake(slot, wake_at)
        for ticket in plan.tickets:
            self._take(ticket, now)
        return plan.tickets

    async def begin(self, now: Instant, owner: str, passers: Sequence[Passer]) -> frozenset[int]:
        passed = set()
        for number, attempt, scope, lease_until in passers:
            row = self.rows[number]
            if not self._may_begin(row, attempt, owner, now):
                continue
            self._move(row, State.SENDING, now, "fence")
            row.lease_until = lease_until
            heapq.heappush(self._leases, (lease_until, row.id))
            if not row.sent_maybe or row.first_called_at is None:
                row.first_called_at, row.key_scope = now, scope
            passed.add(number)
        return frozenset(passed)

    async def settle(
        self, now: Instant, changes: Sequence[Change], signals: Signals, heal: Callable[[Breaker, int, int], Breaker]
    ) -> Sequence[int]:
        applied = [change.id for change in changes if self._apply(change, now)]
        for key, until in signals.pauses.items():
            bucket = self.buckets.get(key, Bucket())
            self.buckets[key] = Bucket(bucket.tat, max(bucket.paused_until, until))
        for route, (ok, failed) in signals.health.items():
            self.breakers[route] = heal(self.breakers.get(route, Breaker()), ok, failed)
        for institution_id in sorted({self.rows[number].institution_id for number in applied}):
            self.chain.append((institution_id, len(applied)))
        return applied

    async def reap(self, now: Instant, limit: int, decide: Callable[[Leased], Change]) -> Sequence[int]:
        done: list[int] = []
        while self._leases and self._leases[0][0] < now and len(done) < limit:
            lease_until, number = heapq.heappop(self._leases)
            row = self.rows[number]
            if row.state in (State.CLAIMED, State.SENDING) and row.lease_until == lease_until:
                leased = Leased(self._head(row), row.state, row.owner, self.slots[row.channel_id].gap_s)
                self._apply(decide(leased), now)
                done.append(number)
        return done

    async def sweep(self, now: Instant, limit: int, decide: Callable[[Overdue], Change]) -> Sequence[int]:
        done: list[int] = []
        while self._misses and self._misses[0][0] <= now and len(done) < limit:
            _, number = heapq.heappop(self._misses)
            row = self.rows[number]
            limit_at = {State.PENDING: row.miss_at, State.HELD: row.held_until}.get(row.state, NEVER)
            if rules.is_stale(now, limit_at):
                overdue = Overdue(number, row.attempt, row.state, row.sent_maybe, row.order.valid_until)
                self._apply(decide(overdue), now)
                done.append(number)
            elif row.state not in rules.TERMINAL:
                heapq.heappush(self._misses, (max(limit_at or NEVER, now + 1.0), number))
        return done

    async def look(self, now: Instant, until: Instant, limit: int) -> Sequence[Case]:
        cases: list[Case] = []
        while self._looks and self._looks[0][0] <= now and len(cases) < limit:
            look_at, number = heapq.heappop(self._looks)
            row = self.rows[number]
            if row.state is State.UNKNOWN and row.look_at == look_at:
                row.look_at = until
                heapq.heappush(self._looks, (until, number))
                cases.append(Case(self._head(row), row.looks, self.slots[row.channel_id].gap_s))
        return cases

    async def mend(self, now: Instant) -> int:
        count = 0
        for slot in self.slots.values():
            if slot.busy is None:
                is_sick = slot.wake_at is None and any(slot.line.values())
            else:
                is_sick = self.rows[slot.busy].state not in (State.CLAIMED, State.SENDING)
            if is_sick:
                slot.busy, count = None, count + 1
                self._wake(slot, now)
        return count

    async def beat(self, now: Instant, owner: str, in_hand: int, ended: bool) -> dict[str, Instant]:
        self.workers[owner] = (now, in_hand, ended)
        return {name: at for name, (at, _, is_over) in self.workers.items() if at > now and not is_over}

    # The web's side -----------------------------------------------------------------------------------------------

    def web_enqueue(self, orders: Sequence[Order], now: Instant) -> list[int]:
        numbers = []
        for order in orders:
            self._last_id += 1
            row = Row(self._last_id, order, order.due_at, order.miss_at)
            self.rows[row.id] = row
            self.ledger.append(LedgerLine(row.id, now, None, State.PENDING, "ordered"))
            if (slot := self.slots.get(order.channel_id)) is None:
                slot = SlotRow(order.channel_id, order.institution_id, order.gap_s, order.rate_per_s, order.burst)
                self.slots[order.channel_id] = slot
            slot.gap_s, slot.rate_per_s, slot.burst = order.gap_s, order.rate_per_s, order.burst
            if order.about_id is not None:
                self.changes_of[order.about_id].append(row.id)
            self._line_up(row)
            heapq.heappush(self._misses, (row.miss_at, row.id))
            self._wake(slot, order.due_at)
            numbers.append(row.id)
        return numbers

    def web_stop(self, scope: str, key: str, institution_id: int | None, *, removals_too: bool = False) -> int:
        self._last_stop += 1
        self.stops[self._last_stop] = Stop(self._last_stop, scope, key, institution_id, removals_too)
        return self._last_stop

    def web_lift(self, stop_id: int, now: Instant) -> int:
        """What fell due during the stop, or was in hand, waits for a person."""
        stop = self.stops.pop(stop_id)
        waiting = [row for slot in self.slots.values() for row in self._due(slot, now) if rules.covers(stop, row)]
        waiting = [row for row in waiting if row.sent_maybe or not row.is_kept_back]
        for row in sorted(waiting, key=lambda row: row.id):
            self.leave(row, State.HELD, now, "stop_lifted", code=rules.Code.STOP)
        return len(waiting)

    def web_release(self, numbers: Sequence[int], due_at: Instant, now: Instant) -> int:
        count = 0
        for number in numbers:
            row = self.rows[number]
            is_held = row.state is State.HELD and row.code != rules.Code.BY_HAND
            if not is_held or any(rules.covers(stop, row) for stop in self.stops.values()):
                continue
            row.due_at, row.not_before, row.code, row.detail = due_at, 0.0, "", ""
            row.miss_at = rules.miss_at(due_at, row.order.valid_until, row.order.lateness_limit_s)
            self._move(row, State.PENDING, now, "released")
            heapq.heappush(self._misses, (row.miss_at, row.id))
            self._line_up(row)
            self._wake(self.slots[row.channel_id], due_at)
            count += 1
        return count

    def web_cancel(self, numbers: Sequence[int], now: Instant, *, superseded: bool = False) -> int:
        count = 0
        for number in numbers:
            row = self.rows[number]
            if row.state in (State.PENDING, State.HELD) and not row.sent_maybe:
                self.leave(row, State.SUPERSEDED if superseded else State.CANCELLED, now, "cancelled")
                self._wake(self.slots[row.channel_id], now)
                count += 1
        return count

    def web_resolve(self, number: int, verdict: Verdict, now: Instant, link: str = "") -> State:
        row = self.rows[number]
        if row.state is not State.UNKNOWN:
            return row.state
        if verdict is Verdict.LEAVE:
            row.look_at = None
        elif verdict is Verdict.THERE:
            row.link, row.sent_maybe, row.code, row.detail = link or row.link, False, "", ""
            self._move(row, State.SENT, now, "person_found_it")
            self._wake(self.slots[row.channel_id], now)
        elif row.is_kept_back:
            self.leave(row, State.CANCELLED, now, "person_missed_it")
        else:
            self._send_again(row, now)
        return row.state

    def web_resume_channel(self, channel_id: int, now: Instant) -> int:
        slot = self.slots[channel_id]
        was_held, slot.hold_code = bool(slot.hold_code), ""
        self._wake(slot, now)
        return int(was_held)

    # Inside -------------------------------------------------------------------------------------------------------

    def _send_again(self, row: Row, now: Instant) -> None:
        row.sent_maybe, row.key_good_until, row.not_before, row.looks = False, None, 0.0, 0
        row.due_at, row.code, row.detail = now, "", ""
        row.miss_at = rules.miss_at(now, row.order.valid_until, row.order.lateness_limit_s)
        self._move(row, State.PENDING, now, "person_missed_it")
        heapq.heappush(self._misses, (row.miss_at, row.id))
        self._line_up(row)
        self._wake(self.slots[row.channel_id], now)

    def _free_slots(self, now: Instant, limit: int) -> list[SlotRow]:
        found: list[SlotRow] = []
        ready = self._ready
        while ready and ready[0][0] <= now and len(found) < limit:
            wake_at, channel_id = heapq.heappop(ready)
            slot = self.slots[channel_id]
            if slot.queued_at == wake_at:
                slot.queued_at = None
            if slot.wake_at == wake_at and slot.busy is None:
                slot.wake_at = None
                found.append(slot)
        return found

    def _wake(self, slot: SlotRow, at: Instant | None) -> None:
        if at is not None and (slot.wake_at is None or at < slot.wake_at):
            slot.wake_at = at
        if slot.wake_at is not None and slot.wake_at != slot.queued_at:
            slot.queued_at = slot.wake_at
            heapq.heappush(self._ready, (slot.wake_at, slot.channel_id))

    def _due(self, slot: SlotRow, now: Instant) -> Iterator[Row]:
        """What waits in the channel's line and is due, and what is claimed."""
        for line in slot.line.values():
            for due_at, number in line:
                if due_at > now:
                    break
                yield self.rows[number]
        if slot.busy is not None and (row := self.rows[slot.busy]).state is State.CLAIMED and row.due_at <= now:
            yield row

    def _lineup(self, slot: SlotRow) -> Lineup:
        heads = tuple(self._head(row) for row in self._heads(slot))
        return Lineup(slot.channel_id, slot.next_at, slot.gap_s, slot.rate_per_s, slot.burst, slot.hold_code, heads)

    def _heads(self, slot: SlotRow) -> Iterator[Row]:
        for line in slot.line.values():
            for _, number in line:
                if not self._awaits(row := self.rows[number]):
                    yield row
                    break

    def _awaits(self, row: Row) -> bool:
        order = row.order
        if order.about_id is None and order.reply_id is None:
            return False
        for other in (order.about_id, order.reply_id):
            if other is not None and self.rows[other].state in rules.UNDECIDED:
                return True
        if order.about_id is None:
            return False
        earlier = (number for number in self.changes_of[order.about_id] if number < row.id)
        return any(self.rows[number].state in rules.UNDECIDED for number in earlier)

    def _head(self, row: Row) -> Head:
        about = self.rows.get(row.order.about_id) if row.order.about_id is not None else None
        reply = self.rows.get(row.order.reply_id) if row.order.reply_id is not None else None
        is_open = row.channel_id not in self.closed_channels
        return head_of(row, about, reply, blocked_until=self._blocked_until(row), channel_open=is_open)

    def _blocked_until(self, row: Row) -> Instant:
        unknown = self._unknown.get((row.order.channel_id, row.order.lane))
        if not unknown:
            return 0.0
        return max(((self.rows[number].unknown_at or 0.0) + UNKNOWN_BLOCK_S for number in unknown), default=0.0)

    def _take(self, ticket: Ticket, now: Instant) -> None:
        row, slot = self.rows[ticket.head.id], self.slots[ticket.head.channel_id]
        self._move(row, State.CLAIMED, now, "claim")
        row.attempt, row.owner, row.lease_until = ticket.attempt, ticket.owner, ticket.lease_until
        heapq.heappush(self._leases, (ticket.lease_until, row.id))
        slot.busy, slot.wake_at = row.id, None
        slot.line[row.order.lane].remove((row.due_at, row.id))

    def _may_begin(self, row: Row, attempt: int, owner: str, now: Instant) -> bool:
        if (row.state, row.attempt, row.owner) != (State.CLAIMED, attempt, owner) or row.lease_until <= now:
            return False
        is_spent = row.sent_maybe and row.key_good_until is not None and row.key_good_until <= now
        if is_spent or (row.is_kept_back and not row.sent_maybe):
            return False
        if row.channel_id in self.closed_channels and row.action != Action.DELETE:
            return False
        if not rules.is_approved(row.order.content_hash, row.order.approved_hash) or rules.is_stale(now, row.miss_at):
            return False
        return not any(rules.covers(stop, row) for stop in self.stops.values())

    def _apply(self, change: Change, now: Instant) -> bool:
        row = self.rows[change.id]
        if row.attempt != change.attempt or row.state not in change.before:
            return False
        if change.owner and row.owner != change.owner:
            return False
        if change.is_call:
            self.calls.append((row.id, change.attempt, change.code or change.after.value))
        after = becomes(self, row, change)
        row.sent_maybe, row.key_good_until, row.not_before = change.sent_maybe, change.key_good_until, change.not_before
        row.look_at, row.looks = change.look_at, change.looks
        row.remote_id, row.link = change.remote_id or row.remote_id, change.link or row.link
        self.leave(row, after, now, change.cause, code=change.code, detail=change.detail, next_at=change.next_at)
        if change.hold_channel:
            self.slots[row.channel_id].hold_code = rules.Code.CREDENTIALS
        if change.look_at is not None:
            heapq.heappush(self._looks, (change.look_at, row.id))
        return True

    def leave(
        self,
        row: Row,
        after: State,
        now: Instant,
        cause: str,
        *,
        code: str = "",
        detail: str = "",
        next_at: Instant = 0.0,
    ) -> None:
        """Change the state and bring channel and line in step with it."""
        slot = self.slots[row.channel_id]
        if row.state is State.PENDING:
            slot.line[row.order.lane].remove((row.due_at, row.id))
        row.code, row.detail = str(code), detail
        self._move(row, after, now, cause)
        if after is State.PENDING:
            self._line_up(row)
        if after is State.HELD and row.held_until is not None:
            heapq.heappush(self._misses, (row.held_until, row.id))
        if slot.busy == row.id:
            slot.busy = None
        slot.next_at = max(slot.next_at, next_at)
        if slot.busy is None:
            self._wake(slot, max(now, slot.next_at))

    def _move(self, row: Row, after: State, now: Instant, cause: str) -> None:
        if row.state is after:
            return
        rules.check_transition(row.state, after, by_hand=row.order.adapter == rules.MANUAL)
        self.ledger.append(LedgerLine(row.id, now, row.state, after, cause, row.code))
        key = (row.channel_id, row.order.lane)
        if row.state is State.UNKNOWN:
            self._unknown[key].discard(row.id)
        if after is State.UNKNOWN:
            self._unknown[key].add(row.id)
            row.unknown_at = now
        if after is State.PENDING:
            heapq.heappush(self._misses, (row.miss_at, row.id))
        row.state = after

    def _line_up(self, row: Row) -> None:
        insort(self.slots[row.channel_id].line[row.order.lane], (row.due_at, row.id))
