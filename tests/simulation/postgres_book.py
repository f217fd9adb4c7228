"""The simulation's ledger in a real PostgreSQL: the engine's side through the product's store, people's side through its SQL.

Simulated time stands still while the database answers, so that a run over PostgreSQL is as repeatable as one in memory.
"""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg

from conftest import Urls
from ravi.delivery.engine.values import Policy
from ravi.delivery.rules import State, Verdict
from ravi.delivery.simulation.book import Line
from ravi.delivery.store import desk
from ravi.delivery.store.orders import Order
from ravi.delivery.store.postgres import PostgresStore

OPEN = "('pending', 'claimed', 'sending')"
CHANNELS = """
insert into directory_channel (id, institution_id, unit_id, platform, adapter, handle, handle_key, link, address, purpose,
    state, state_note, state_at, listed, requested_at, sort_key, search_key, verified_note)
select n, n %% 5 + 1, n %% 40 + 1, 'telegram', 'sandbox', 'h' || n, 'h' || n, '', 't', '', 'active', '', '2026-01-01',
    true, '2026-01-01', '', '', ''
from generate_series(1, %(channels)s) n
"""
BREAKS = """
select count(*) from (
    select before, after, lag(after, 1, '') over (partition by delivery_id order by id) as last from delivery_ledger
) line where before <> last
"""
UNSAID = """
select count(*) from delivery_delivery d where d.state is distinct from (
    select after from delivery_ledger l where l.delivery_id = d.id order by l.id desc limit 1)
"""
DIGEST = """
select md5(string_agg(delivery_id || ' ' || at || ' ' || after || ' ' || cause || ' ' || code, ',' order by id))
from delivery_ledger
"""


class _Across:
    """The store port, answered by another thread's loop while the caller waits."""

    def __init__(self, store: PostgresStore, loop: asyncio.AbstractEventLoop) -> None:
        self._store = store
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        async def across(*arguments: Any) -> Any:
            return asyncio.run_coroutine_threadsafe(method(*arguments), self._loop).result(120)

        return across


class PostgresBook:
    """See simulation.book.Book."""

    def __init__(self, store: Any, admin: psycopg.Connection[Any]) -> None:
        self.store = store
        self.admin = admin

    def order(self, orders: Sequence[Order], now: float) -> list[int]:
        with self.admin.transaction(), self.admin.cursor() as cursor:
            return desk.enqueue(cursor, orders, by=None, now=_at(now))

    def stop(self, scope: str, key: str, institution_id: int | None, removals_too: bool, now: float) -> int:
        with self.admin.transaction(), self.admin.cursor() as cursor:
            # The operator's stop is kept by some institution and reaches all.
            return desk.stop(
                cursor,
                scope,
                key,
                institution_id or 1,
                reason="simulated",
                removals_too=removals_too,
                by=None,
                now=_at(now),
            )

    def lift(self, number: int, now: float) -> int:
        with self.admin.transaction(), self.admin.cursor() as cursor:
            return desk.lift(cursor, number, by=None, now=_at(now)) or 0

    def release(self, numbers: Sequence[int], now: float) -> int:
        with self.admin.transaction(), self.admin.cursor() as cursor:
            return len(desk.release(cursor, numbers, _at(now), by=None, now=_at(now)))

    def cancel(self, numbers: Sequence[int], now: float) -> int:
        with self.admin.transaction(), self.admin.cursor() as cursor:
            return len(desk.cancel(cursor, numbers, superseded=False, by=None, now=_at(now)))

    def resolve(self, number: int, verdict: Verdict, now: float) -> None:
        with self.admin.transaction(), self.admin.cursor() as cursor:
            desk.resolve(cursor, [number], verdict, link="", by=None, now=_at(now))

    def resume_channel(self, channel_id: int, now: float) -> None:
        with self.admin.transaction(), self.admin.cursor() as cursor:
            desk.resume_channel(cursor, channel_id, now=_at(now))

    def held(self) -> list[int]:
        return [row[0] for row in self._rows("select id from delivery_delivery where state = 'held' order by id")]

    def on_the_desk(self, since: float) -> list[int]:
        asked = """select id from delivery_delivery where state = 'unknown' and look_at is null and unknown_at <= %s
            order by id"""
        return [row[0] for row in self._rows(asked, _at(since))]

    def looks(self, number: int) -> int:
        return int(self._rows("select looks from delivery_delivery where id = %s", number)[0][0])

    def code(self, number: int) -> str:
        return str(self._rows("select error_code from delivery_delivery where id = %s", number)[0][0])

    def is_quiet(self) -> bool:
        asked = f"""select exists (select 1 from delivery_delivery where state in {OPEN}
            or (state = 'unknown' and look_at is not null))"""  # noqa: S608 -- a constant
        return not self._rows(asked)[0][0]

    def lines(self) -> Iterator[Line]:
        for row in self._rows("select id, state, error_code, looks from delivery_delivery order by id"):
            yield Line(row[0], State(row[1]), row[2], row[3])

    def counts(self) -> dict[str, int]:
        return dict(self._rows("select state, count(*) from delivery_delivery group by 1 order by 1"))

    def breaks(self) -> int:
        return int(self._rows(BREAKS)[0][0]) + int(self._rows(UNSAID)[0][0])

    def digest(self) -> str:
        return str(self._rows(DIGEST)[0][0])

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        return self.admin.execute(statement, values or None).fetchall()


@contextmanager
def postgres_book(urls: Urls, channels: int) -> Iterator[PostgresBook]:
    """An empty ledger with five institutions and so many active, listed channels."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    store = PostgresStore(urls.engine, Policy())
    with psycopg.connect(urls.admin, autocommit=True) as admin:
        admin.execute(
            "insert into accounts_institution (id, name, slug, is_demo, created_at)"
            " select n, 'i' || n, 'i' || n, false, '2026-01-01' from generate_series(1, 5) n"
        )
        admin.execute("set session_replication_role = replica")  # only these rows: their parents do not matter
        admin.execute(CHANNELS, {"channels": channels})
        try:
            yield PostgresBook(_Across(store, loop), admin)
        finally:
            asyncio.run_coroutine_threadsafe(store.close(), loop).result(30)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()


def _at(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
