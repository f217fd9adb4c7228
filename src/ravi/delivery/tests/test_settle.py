"""What the store cannot hold waits by itself; everything beside it is written."""

import asyncio
import random
from typing import Any

from ravi.delivery.engine.ports import StoreDown, StoreRefused
from ravi.delivery.engine.settle import Entry, Settler
from ravi.delivery.engine.values import Change, Policy, Signals
from ravi.delivery.rules import State
from ravi.delivery.simulation.loop import SimulatedClock, SimulatedLoop


def entry(number: int) -> Entry:
    return Entry(Change(id=number, attempt=1, before=(State.SENDING,), after=State.SENT, cause="answer"))


class Book:
    """Refuses whatever holds one of `bad`, whole, as a database does; is away for the first `away` times."""

    def __init__(self, *bad: int, away: int = 0) -> None:
        self.bad, self.away = set(bad), away
        self.written: list[int] = []
        self.asked = 0

    async def settle(self, _now: float, changes: list[Change], _signals: Signals, _heal: Any) -> list[int]:
        self.asked += 1
        if self.away:
            self.away -= 1
            raise StoreDown("away")
        ids = [change.id for change in changes]
        if self.bad & set(ids):
            raise StoreRefused("DatetimeFieldOverflow: timestamp out of range")
        self.written += ids
        return ids


def played(book: Book, *rounds: tuple[int, ...]) -> list[int]:
    """Outcomes are put round by round, ten seconds apart; what `on_settled` was told."""
    loop, counts = SimulatedLoop(), list[int]()
    store: Any = book

    async def play() -> None:
        clock = SimulatedClock(loop)
        settler = Settler(store, clock, random.Random(1), Policy(), lambda *_, **__: None, counts.append)
        running = asyncio.ensure_future(settler.run())
        for numbers in rounds:
            for number in numbers:
                settler.put(entry(number))
            await clock.sleep(10.0)
        assert not running.done()
        running.cancel()

    try:
        loop.run_until_complete(play())
    finally:
        loop.clear_away()
        loop.close()
    return counts


def test_one_that_cannot_be_kept_keeps_no_other_from_it() -> None:
    book = Book(7)
    counts = played(book, tuple(range(1, 21)), (30,))
    assert book.written == [*range(1, 7), *range(8, 21), 30]
    assert sum(counts) == 20
    assert book.asked < 40, "it is tried again now and then, not without a pause"


def test_it_is_written_once_it_can_be() -> None:
    book = Book(7)
    assert sum(played(book, (7,), ())) == 0 and not book.written
    book.bad.clear()
    assert sum(played(book, (7,))) == 1


def test_a_store_that_is_away_gets_the_whole_batch_when_it_is_back() -> None:
    book = Book(away=3)
    assert sum(played(book, (1, 2, 3))) == 3
    assert (book.written, book.asked) == ([1, 2, 3], 4)
