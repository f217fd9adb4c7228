"""Random histories on both stores at once: after every step the two ledgers say the same."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ravi.delivery.engine import values as v
from ravi.delivery.rules import State, Verdict
from ravi.delivery.store.memory import MemoryStore
from ravi.delivery.store.postgres import PostgresStore
from ravi.delivery.tests.ledgers import START, MemoryLedger, PostgresLedger, order

pytestmark = pytest.mark.database

EXAMPLES = int(os.environ.get("RAVI_HISTORIES", "12"))
CHANNELS = st.sampled_from([1, 2, 6])
HOW = st.sampled_from(["sent", "unknown", "unknown", "back", "failed", "held"])


class Histories(RuleBasedStateMachine):
    """What people and engines do, in any order; `postgres` is given by the test."""

    postgres: PostgresLedger

    @initialize()
    def begin(self) -> None:
        self.postgres.forget()
        self.memory = MemoryLedger(MemoryStore())
        self.now = START
        self.pairs: list[tuple[int, int]] = []
        self.stops: list[tuple[int, int]] = []
        self.tickets: list[tuple[v.Ticket, v.Ticket]] = []

    def _theirs(self, mine: int) -> int:
        return dict(self.pairs)[mine]

    def _pick(self, pick: int) -> tuple[int, int] | None:
        return self.pairs[pick % len(self.pairs)] if self.pairs else None

    @rule(seconds=st.sampled_from([1.0, 1.0, 2.5, 2.5, 30.0, 61.0, 601.0, 4_000.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(
        channel=CHANNELS,
        lane=st.integers(0, 2),
        delay=st.sampled_from([0.0, 0.0, 5.0, 100.0]),
        life=st.sampled_from([None, None, 50.0, 5_000.0]),
        platform=st.sampled_from(["telegram", "bale"]),
        bucket=st.sampled_from(["a", "b"]),
        adapter=st.sampled_from(["sandbox", "sandbox", "manual"]),
    )
    def somebody_orders(
        self, channel: int, lane: int, delay: float, life: float | None, platform: str, bucket: str, adapter: str
    ) -> None:
        due_at = self.now + delay
        until = None if life is None else due_at + life
        wanted: dict[str, Any] = {"lane": lane, "due_at": due_at, "valid_until": until, "platform": platform}
        one = order(channel, **wanted, bucket_key=bucket, adapter=adapter, rate_per_s=2.0, burst=2)
        self.pairs += zip(self.memory.enqueue([one], self.now), self.postgres.enqueue([one], self.now), strict=True)

    @rule(pick=st.integers(0, 50), action=st.sampled_from(["edit", "delete"]))
    def somebody_corrects(self, pick: int, action: str) -> None:
        if (pair := self._pick(pick)) is None or self.memory.store.rows[pair[0]].order.about_id is not None:
            return
        about = self.memory.store.rows[pair[0]].order
        named = {"platform": about.platform, "adapter": about.adapter}
        one = order(about.channel_id, lane=0, action=action, about_id=pair[0], due_at=self.now, **named)
        mine = self.memory.enqueue([one], self.now)
        theirs = self.postgres.enqueue([replace(one, about_id=pair[1])], self.now)
        self.pairs += zip(mine, theirs, strict=True)

    @rule(pick=st.integers(0, 50), act=st.sampled_from(["done", "not_done", "done_all_the_same", "taken_back"]))
    def somebody_did_it_by_hand(self, pick: int, act: str) -> None:
        if (pair := self._pick(pick)) is not None:
            mine = self.memory.by_hand(act, pair[0], self.now)
            assert mine == self.postgres.by_hand(act, pair[1], self.now)

    @rule(owner=st.sampled_from(["one", "two"]))
    def an_engine_claims(self, owner: str) -> None:
        mine = sorted(self.memory.claim(self.now, owner=owner), key=lambda ticket: ticket.head.channel_id)
        theirs = sorted(self.postgres.claim(self.now, owner=owner), key=lambda ticket: ticket.head.channel_id)
        shown = [(self._theirs(t.head.id), t.attempt, t.head.sent_maybe, t.head.about_state) for t in mine]
        assert shown == [(t.head.id, t.attempt, t.head.sent_maybe, t.head.about_state) for t in theirs]
        self.tickets += zip(mine, theirs, strict=True)

    @rule(pick=st.integers(0, 20), owner=st.sampled_from(["one", "one", "two"]))
    def an_engine_asks_the_fence(self, pick: int, owner: str) -> None:
        if self.tickets:
            mine, theirs = self.tickets[pick % len(self.tickets)]
            passed = self.memory.begin(self.now, mine.head.id, mine.attempt, owner=owner)
            assert passed == self.postgres.begin(self.now, theirs.head.id, theirs.attempt, owner=owner)

    @rule(
        pick=st.integers(0, 20),
        how=HOW,
        look=st.sampled_from([None, 15.0]),
        key=st.sampled_from([None, 1_000.0]),
    )
    def an_answer_comes(self, pick: int, how: str, look: float | None, key: float | None) -> None:
        if not self.tickets:
            return
        mine, theirs = self.tickets[pick % len(self.tickets)]
        change = self._change(mine, how, look, key)
        applied = self.memory.settle(self.now, change)
        assert applied == self.postgres.settle(self.now, change._replace(id=theirs.head.id))

    def _change(self, ticket: v.Ticket, how: str, look: float | None, key: float | None) -> v.Change:
        if how == "sent":
            sent = self.memory.answer(ticket.head.id, ticket.attempt)
            return sent._replace(owner=ticket.owner, next_at=self.now + 1.0)
        unclear = self.memory.unclear(ticket.head.id, ticket.attempt)
        unclear = unclear._replace(owner=ticket.owner, before=(State.SENDING,))
        if how == "unknown":
            return unclear._replace(
                look_at=None if look is None else self.now + look,
                key_good_until=None if key is None else self.now + key,
                next_at=self.now + 1.0,
            )
        after = {"back": State.PENDING, "failed": State.FAILED, "held": State.HELD}[how]
        not_before = self.now + 4.0 if how == "back" else 0.0
        return unclear._replace(after=after, sent_maybe=False, not_before=not_before, hold_channel=how == "held")

    @rule(how=HOW, look=st.sampled_from([None, 15.0]), seconds=st.sampled_from([0.0, 2.0]))
    def an_engine_works(self, how: str, look: float | None, seconds: float) -> None:
        """The usual way in one step, so that long histories get somewhere."""
        known = len(self.tickets)
        self.an_engine_claims("one")
        for pick in range(known, len(self.tickets)):
            self.an_engine_asks_the_fence(pick, "one")
        self.now += seconds
        for pick in range(known, len(self.tickets)):
            self.an_answer_comes(pick, how, look, None)

    @rule()
    def leases_end(self) -> None:
        assert sorted(map(self._theirs, self.memory.reap(self.now))) == sorted(self.postgres.reap(self.now))

    @rule()
    def last_moments_come(self) -> None:
        assert sorted(map(self._theirs, self.memory.sweep(self.now))) == sorted(self.postgres.sweep(self.now))

    @rule()
    def an_engine_looks(self) -> None:
        mine = {(self._theirs(case.head.id), case.looks) for case in self.memory.look(self.now)}
        assert mine == {(case.head.id, case.looks) for case in self.postgres.look(self.now)}

    @rule(
        where=st.sampled_from([("institution", ""), ("unit", "7"), ("platform", "bale"), ("channel", "2")]),
        removals_too=st.booleans(),
    )
    def somebody_stops(self, where: tuple[str, str], removals_too: bool) -> None:
        mine = self.memory.stop(*where, self.now, removals_too=removals_too)
        self.stops.append((mine, self.postgres.stop(*where, self.now, removals_too=removals_too)))

    @rule(pick=st.integers(0, 5))
    def somebody_lifts(self, pick: int) -> None:
        if self.stops:
            mine, theirs = self.stops.pop(pick % len(self.stops))
            assert self.memory.lift(mine, self.now) == self.postgres.lift(theirs, self.now)

    @rule(pick=st.integers(0, 50))
    def somebody_releases(self, pick: int) -> None:
        if pair := self._pick(pick):
            released = self.memory.release([pair[0]], self.now, self.now)
            assert released == self.postgres.release([pair[1]], self.now, self.now)

    @rule(pick=st.integers(0, 50))
    def somebody_cancels(self, pick: int) -> None:
        if pair := self._pick(pick):
            assert self.memory.cancel([pair[0]], self.now) == self.postgres.cancel([pair[1]], self.now)

    @rule(pick=st.integers(0, 50))
    def somebody_keeps_back(self, pick: int) -> None:
        """Newer words are there, or the message was withdrawn: what waits is taken out first, as services do."""
        if pair := self._pick(pick):
            assert self.memory.cancel([pair[0]], self.now) == self.postgres.cancel([pair[1]], self.now)
            assert self.memory.keep_back([pair[0]], self.now) == self.postgres.keep_back([pair[1]], self.now)

    @rule(pick=st.integers(0, 50), verdict=st.sampled_from(list(Verdict)))
    def somebody_resolves(self, pick: int, verdict: Verdict) -> None:
        if pair := self._pick(pick):
            self.memory.resolve(pair[0], verdict, self.now)
            self.postgres.resolve(pair[1], verdict, self.now)

    @rule(channel=CHANNELS)
    def somebody_resumes_a_channel(self, channel: int) -> None:
        if channel in self.memory.store.slots:
            self.memory.resume_channel(channel, self.now)
            self.postgres.resume_channel(channel, self.now)

    @invariant()
    def both_ledgers_say_the_same(self) -> None:
        if not hasattr(self, "memory"):
            return
        theirs = self.postgres.shown()
        assert {pair[1]: self.memory.shown(pair[0]) for pair in self.pairs} == theirs


@pytest.fixture
def postgres(request: pytest.FixtureRequest) -> Iterator[PostgresLedger]:
    urls = request.getfixturevalue("fresh_database")
    with asyncio.Runner() as runner, psycopg.connect(urls.admin, autocommit=True) as admin:
        ledger = PostgresLedger(PostgresStore(urls.engine), admin, runner)
        ledger.prepare()
        yield ledger
        runner.run(ledger.store.close())


def test_random_histories_end_the_same(postgres: PostgresLedger) -> None:
    Histories.postgres = postgres
    wanted = settings(
        max_examples=EXAMPLES, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Histories, settings=wanted)
