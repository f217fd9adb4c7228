"""Two people in the same moment: acts that are begun together, each in a thread, a connection and a transaction of its own."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

from django.db import connection, transaction

from ravi.core.tenancy import tenant


def both(house: Any, *acts: Callable[[], Any]) -> list[Any]:
    """Each act in its own thread, connection and transaction, begun together; an answer or an exception for each."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            with tenant(house.institution.pk):
                ready.wait(10)
                return act()
        except Exception as error:  # noqa: BLE001 -- the test looks at it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def in_turn(house: Any, first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """`second` begins when `first` has done its work and has not ended its transaction; that ends when `second` waits
    for a lock, or has gone by without waiting."""
    worked, passed = Event(), Event()

    def hold() -> None:
        try:
            with tenant(house.institution.pk), transaction.atomic():
                first()
                worked.set()
                until(lambda: passed.is_set() or _somebody_waits())
        finally:
            worked.set()
            connection.close()

    def follow() -> None:
        try:
            with tenant(house.institution.pk):
                worked.wait(10)
                second()
        finally:
            passed.set()
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for running in [pool.submit(hold), pool.submit(follow)]:
            running.result(60)


def slowly(patch: Any, module: Any, name: str) -> Event:
    """Whoever is the first to come to `name` says so, and goes on when somebody else waits for a lock."""
    done, there = getattr(module, name), Event()

    def waits(*given: Any, **named: Any) -> Any:
        if not there.is_set():
            there.set()
            until_somebody_waits()
        return done(*given, **named)

    patch.setattr(module, name, waits)
    return there


def after(there: Event, act: Callable[[], Any]) -> Callable[[], Any]:
    """`act` begins when somebody is there."""

    def waiting() -> Any:
        assert there.wait(10)
        return act()

    return waiting


def until_somebody_waits() -> None:
    """For whoever has a row in hand: goes on when another one waits for a lock, or after a while."""
    until(_somebody_waits)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def until(is_so: Callable[[], bool]) -> None:
    """Goes on when it is so, or after half a minute."""
    end = time.monotonic() + 30
    while not is_so() and time.monotonic() < end:
        time.sleep(0.01)
