"""Both stores behind one plain interface, so that one test drives either."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any, Protocol

import psycopg

from ravi.delivery.engine import breaker, claim, overdue
from ravi.delivery.engine import outcome as outcomes
from ravi.delivery.engine import values as v
from ravi.delivery.payload import payload_hash
from ravi.delivery.rules import State, Verdict
from ravi.delivery.store import desk, hand, memory_hand, memory_taking_out, taking_out
from ravi.delivery.store.memory import MemoryStore
from ravi.delivery.store.orders import Order
from ravi.delivery.store.postgres import PostgresStore

POLICY = v.Policy()
START = 1_790_000_000.0
_numbers = count(1)
QUIET = v.Signals()


def order(channel: int, **wanted: Any) -> Order:
    """A publish on `channel` (1 to 10; 6 to 10 belong to the second institution)."""
    number = next(_numbers)
    payload = f'{{"n":{number}}}'
    digest = payload_hash(payload)
    plain: dict[str, Any] = {
        "institution_id": 1 if channel <= 5 else 2,
        "unit_id": 7,
        "campaign_id": None,
        "post_id": number,
        "channel_id": channel,
        "platform": "telegram",
        "adapter": "sandbox",
        "route": "direct",
        "target": "telegram/x",
        "bucket_key": f"channel:{channel}",
        "lane": 2,
        "action": "publish",
        "payload": payload,
        "content_hash": digest,
        "approved_hash": digest,
        "due_at": START,
        "valid_until": None,
        "lateness_limit_s": 7200,
        "key": f"key-{number}",
        "gap_s": 1.0,
        "rate_per_s": 100.0,
        "burst": 100,
    }
    return Order(**(plain | wanted))


class Ledger(Protocol):
    """What the contract speaks of. Moments are seconds since 1970."""

    def enqueue(self, orders: Sequence[Order], now: float) -> list[int]: ...
    def claim(self, now: float, *, owner: str = "one", limit: int = 100) -> list[v.Ticket]: ...
    def begin(self, now: float, number: int, attempt: int, *, owner: str = "one") -> bool: ...
    def settle(self, now: float, change: v.Change, signals: v.Signals = ...) -> bool: ...
    def finish(self, now: float, number: int, attempt: int, *, begin: bool = True) -> bool: ...
    def unclear(self, number: int, attempt: int) -> v.Change: ...
    def answer(self, number: int, attempt: int) -> v.Change: ...
    def reap(self, now: float) -> list[int]: ...
    def sweep(self, now: float) -> list[int]: ...
    def look(self, now: float) -> list[v.Case]: ...
    def mend(self, now: float) -> int: ...
    def stop(self, scope: str, key: str, now: float, *, removals_too: bool = False) -> int: ...
    def lift(self, stop_id: int, now: float) -> int: ...
    def release(self, numbers: Sequence[int], due_at: float, now: float) -> int: ...
    def cancel(self, numbers: Sequence[int], now: float) -> int: ...
    def keep_back(self, numbers: Sequence[int], now: float) -> int: ...
    def resolve(self, number: int, verdict: Verdict, now: float) -> None: ...
    def resume_channel(self, channel: int, now: float) -> None: ...
    def by_hand(self, act: str, number: int, now: float) -> bool: ...
    def states(self) -> dict[int, State]: ...
    def code(self, number: int) -> str: ...
    def transitions(self, number: int) -> list[tuple[str, str]]: ...
    def put_to_sleep(self, channel: int) -> None: ...


def decide_claim(picture: v.Picture, *, now: float, owner: str) -> v.Plan:
    return claim.decide(picture, now=now, owner=owner, policy=POLICY)


def after_lease(leased: v.Leased, *, now: float) -> v.Change:
    return outcomes.after_lease(leased, v.Means("none"), now=now, policy=POLICY)


class _Engine:
    """The engine's side, over any store and any way to run a coroutine."""

    store: Any

    def _run(self, work: Any) -> Any:
        raise NotImplementedError

    def claim(self, now: float, *, owner: str = "one", limit: int = 100) -> list[v.Ticket]:
        return list(self._run(self.store.claim(now, limit, partial(decide_claim, now=now, owner=owner))))

    def begin(self, now: float, number: int, attempt: int, *, owner: str = "one") -> bool:
        passed = self._run(self.store.begin(now, owner, [v.Passer(number, attempt, "scope", now + POLICY.lease_s)]))
        return number in passed

    def settle(self, now: float, change: v.Change, signals: v.Signals = QUIET) -> bool:
        heal = partial(breaker.after, now=now, policy=POLICY)
        return change.id in self._run(self.store.settle(now, [change], signals, heal))

    def finish(self, now: float, number: int, attempt: int, *, begin: bool = True) -> bool:
        if begin and not self.begin(now, number, attempt):
            return False
        change = self.answer(number, attempt)
        return self.settle(now, change._replace(next_at=now + 1.0))

    def answer(self, number: int, attempt: int) -> v.Change:
        return v.Change(
            id=number,
            attempt=attempt,
            before=outcomes.CALLED_OR_BACK,
            after=State.SENT,
            cause="answer",
            owner="one",
            remote_id="r",
            link="https://example.org/r",
            is_call=True,
        )

    def unclear(self, number: int, attempt: int) -> v.Change:
        return v.Change(
            id=number,
            attempt=attempt,
            before=outcomes.CALLED,
            after=State.UNKNOWN,
            cause="answer",
            owner="one",
            code="no_answer",
            sent_maybe=True,
            is_call=True,
        )

    def reap(self, now: float) -> list[int]:
        return list(self._run(self.store.reap(now, 100, partial(after_lease, now=now))))

    def sweep(self, now: float) -> list[int]:
        return list(self._run(self.store.sweep(now, 100, partial(overdue.decide, now=now))))

    def look(self, now: float) -> list[v.Case]:
        return list(self._run(self.store.look(now, now + POLICY.lease_s, 100)))

    def mend(self, now: float) -> int:
        return int(self._run(self.store.mend(now)))


class MemoryLedger(_Engine):
    """Over the memory store."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store

    def _run(self, work: Any) -> Any:
        try:
            work.send(None)
        except StopIteration as done:
            return done.value
        raise AssertionError("the memory store awaits nothing")

    def enqueue(self, orders: Sequence[Order], now: float) -> list[int]:
        return self.store.web_enqueue(orders, now)

    def stop(self, scope: str, key: str, now: float, *, removals_too: bool = False) -> int:
        return self.store.web_stop(scope, key, 1, removals_too=removals_too)

    def lift(self, stop_id: int, now: float) -> int:
        return self.store.web_lift(stop_id, now)

    def release(self, numbers: Sequence[int], due_at: float, now: float) -> int:
        return self.store.web_release(numbers, due_at, now)

    def cancel(self, numbers: Sequence[int], now: float) -> int:
        return self.store.web_cancel(numbers, now)

    def keep_back(self, numbers: Sequence[int], now: float) -> int:
        return memory_taking_out.keep_back(self.store, numbers, now)

    def resolve(self, number: int, verdict: Verdict, now: float) -> None:
        self.store.web_resolve(number, verdict, now)

    def resume_channel(self, channel: int, now: float) -> None:
        self.store.web_resume_channel(channel, now)

    def by_hand(self, act: str, number: int, now: float) -> bool:
        return bool(getattr(memory_hand, act)(self.store, number, now))

    def states(self) -> dict[int, State]:
        return {row.id: row.state for row in self.store.rows.values()}

    def code(self, number: int) -> str:
        return self.store.rows[number].code

    def transitions(self, number: int) -> list[tuple[str, str]]:
        mine = [line for line in self.store.ledger if line.delivery_id == number]
        return [(line.before.value if line.before else "", line.after.value) for line in mine]

    def put_to_sleep(self, channel: int) -> None:
        self.store.slots[channel].wake_at = None

    def shown(self, number: int) -> tuple[Any, ...]:
        """Everything about a copy that anybody can see."""
        row = self.store.rows[number]
        return (row.state.value, row.attempt, row.sent_maybe, row.looks, round(row.due_at, 3), row.code)


class PostgresLedger(_Engine):
    """Over PostgreSQL: the engine's side as the engine role, people's side as the superuser."""

    def __init__(self, store: PostgresStore, admin: psycopg.Connection[Any], runner: asyncio.Runner) -> None:
        self.store = store
        self.admin = admin
        self.runner = runner

    def prepare(self) -> None:
        """Two institutions with ten active and listed channels, numbered from 1."""
        self.admin.execute(
            "insert into accounts_institution (id, name, slug, is_demo, created_at)"
            " select n, 'i' || n, 'i' || n, false, '2026-01-01' from generate_series(1, 2) n"
        )
        self.admin.execute("set session_replication_role = replica")  # only these rows: their parents do not matter
        self.admin.execute(
            "insert into directory_channel (id, institution_id, unit_id, platform, adapter, handle, handle_key, link,"
            " address, purpose, state, state_note, state_at, listed, requested_at, sort_key, search_key, verified_note)"
            " select n, case when n <= 5 then 1 else 2 end, 7, 'telegram', 'sandbox', 'h' || n, 'h' || n, '', 'a', '',"
            " 'active', '', '2026-01-01', true, '2026-01-01', '', '', '' from generate_series(1, 10) n"
        )

    def forget(self) -> None:
        """An empty ledger again."""
        self.admin.execute(
            "truncate delivery_delivery, delivery_slot, delivery_ledger, delivery_attempt, delivery_stoporder,"
            " delivery_bucket, delivery_breaker, delivery_reading_due cascade"
        )

    def shown(self) -> dict[int, tuple[Any, ...]]:
        """Everything about each copy that anybody can see."""
        rows = self.admin.execute(
            "select id, state, attempt, sent_maybe, looks, round(extract(epoch from due_at), 3)::float8, error_code"
            " from delivery_delivery"
        )
        return {row[0]: row[1:] for row in rows.fetchall()}

    def _run(self, work: Any) -> Any:
        return self.runner.run(work)

    def enqueue(self, orders: Sequence[Order], now: float) -> list[int]:
        with self.admin.transaction(), self.admin.cursor() as cursor:
            return desk.enqueue(cursor, orders, by=None, now=_at(now))

    def stop(self, scope: str, key: str, now: float, *, removals_too: bool = False) -> int:
        with self.admin.transaction(), self.admin.cursor() as cursor:
            return desk.stop(cursor, scope, key, 1, reason="test", removals_too=removals_too, by=None, now=_at(now))

    def lift(self, stop_id: int, now: float) -> int:
        with self.admin.transaction(), self.admin.cursor() as cursor:
            return desk.lift(cursor, stop_id, by=None, now=_at(now)) or 0

    def release(self, numbers: Sequence[int], due_at: float, now: float) -> int:
        with self.admin.transaction(), self.admin.cursor() as cursor:
            return len(desk.release(cursor, numbers, _at(due_at), by=None, now=_at(now)))

    def cancel(self, numbers: Sequence[int], now: float) -> int:
        with self.admin.transaction(), self.admin.cursor() as cursor:
            return len(desk.cancel(cursor, numbers, superseded=False, by=None, now=_at(now)))

    def keep_back(self, numbers: Sequence[int], now: float) -> int:
        with self.admin.transaction(), self.admin.cursor() as cursor:
            return len(taking_out.keep_back(cursor, numbers, by=None, now=_at(now)))

    def resolve(self, number: int, verdict: Verdict, now: float) -> None:
        with self.admin.transaction(), self.admin.cursor() as cursor:
            desk.resolve(cursor, [number], verdict, link="", by=None, now=_at(now))

    def resume_channel(self, channel: int, now: float) -> None:
        with self.admin.transaction(), self.admin.cursor() as cursor:
            desk.resume_channel(cursor, channel, now=_at(now))

    def by_hand(self, act: str, number: int, now: float) -> bool:
        more: dict[str, str] = {"taken_back": {}, "not_done": {"reason": ""}}.get(act, {"link": ""})
        with self.admin.transaction(), self.admin.cursor() as cursor:
            return getattr(hand, act)(cursor, [number], **more, by=None, now=_at(now)) == [number]

    def states(self) -> dict[int, State]:
        rows = self.admin.execute("select id, state from delivery_delivery order by id").fetchall()
        return {row[0]: State(row[1]) for row in rows}

    def code(self, number: int) -> str:
        row = self.admin.execute("select error_code from delivery_delivery where id = %s", [number]).fetchone()
        return str(row[0]) if row else ""

    def transitions(self, number: int) -> list[tuple[str, str]]:
        statement = "select before, after from delivery_ledger where delivery_id = %s order by id"
        return [(row[0], row[1]) for row in self.admin.execute(statement, [number]).fetchall()]

    def put_to_sleep(self, channel: int) -> None:
        self.admin.execute("update delivery_slot set wake_at = null where channel_id = %s", [channel])


def _at(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
