"""Loops beside the engine: whatever one round brings, the next one follows, and one question keeps no other from its answer."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from ravi.delivery.engine.ports import StoreDown, StoreRefused
from ravi.delivery.read_back.collector import PAUSE_S, ReadBackCollector
from ravi.delivery.rounds import BETWEEN_S, beside_each_other, in_rounds

SECRET = "متنی که نباید دیده شود"


@dataclass
class Still:
    """Never waits; notes how long it was asked to."""

    waited: list[float] = field(default_factory=list)

    def now(self) -> float:
        return 1_800_000_000.0

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)


@dataclass
class Rounds:
    """What each round brings: a number of questions, or an error."""

    brings: Iterator[int | BaseException]

    async def once(self, *_: Any) -> int:
        brought = next(self.brings)
        if isinstance(brought, BaseException):
            raise brought
        return brought


@pytest.fixture
def clock() -> Still:
    return Still()


@pytest.fixture
def lines() -> list[tuple[str, dict[str, object]]]:
    return []


@pytest.fixture
def log(lines: list[tuple[str, dict[str, object]]]) -> Callable[..., None]:
    return lambda event, /, **facts: lines.append((event, facts))


async def test_whatever_one_round_brings_the_next_one_follows(clock, lines, log):
    """A database that is away is named; of what nobody foresaw only its class: its words may quote a row."""
    brought = [StoreDown("OperationalError: gone"), StoreRefused("DataError: x"), ValueError(SECRET), 0, 3]
    rounds = Rounds(iter([*brought, asyncio.CancelledError()]))
    with pytest.raises(asyncio.CancelledError):
        await in_rounds(rounds.once, cast(Any, clock), log, pause_s=5.0, waits="it_waits", broke="it_broke")
    assert lines == [
        ("it_waits", {"reason": "OperationalError: gone"}),
        ("it_waits", {"reason": "DataError: x"}),
        ("it_broke", {"reason": "ValueError"}),
    ]
    assert clock.waited == [5.0, 5.0, 5.0, 5.0, BETWEEN_S]


async def test_reading_back_goes_on_after_both(clock, lines, log):
    rounds = Rounds(iter([StoreDown("gone"), OverflowError(SECRET), asyncio.CancelledError()]))
    store = type("Store", (), {"sow": rounds.once})()
    nobody: Any = None
    with pytest.raises(asyncio.CancelledError):
        await ReadBackCollector(store, nobody, nobody, cast(Any, clock), log).run()
    assert lines == [("read_back_waits", {"reason": "gone"}), ("read_back_broke", {"reason": "OverflowError"})]
    assert clock.waited == [PAUSE_S, PAUSE_S]


async def test_one_question_that_breaks_keeps_no_other_from_its_answer():
    answered: list[str] = []

    async def breaks(error: BaseException) -> None:
        raise error

    async def answers(name: str) -> None:
        for _turn in range(9):  # it is still under way when the others have broken
            await asyncio.sleep(0)
        answered.append(name)

    first = ValueError("the first")
    with pytest.raises(ValueError, match="the first"):
        await beside_each_other([answers("a"), breaks(first), answers("b"), breaks(KeyError("the second"))])
    assert answered == ["a", "b"]


async def test_where_nothing_breaks_nothing_is_raised():
    await beside_each_other([])
    await beside_each_other(asyncio.sleep(0) for _ in range(3))
