"""Deadlines that share a timer end what asyncio.timeout would end, and nothing else."""

import asyncio

import pytest

from ravi.delivery.clock import Deadline, Ends, WallClock


async def test_a_deadline_ends_what_takes_too_long() -> None:
    with pytest.raises(TimeoutError):
        async with Deadline(Ends(), 0.0):
            await asyncio.Event().wait()


async def test_what_ends_in_time_meets_no_deadline() -> None:
    ends = Ends()
    async with Deadline(ends, 0.0), Deadline(ends, 0.0):
        pass
    first, second = asyncio.create_task(asyncio.Event().wait()), asyncio.create_task(_deadline_of(ends))
    await second  # the deadlines before it have come and found nobody
    assert not first.done()
    first.cancel()


async def test_an_inner_deadline_leaves_the_outer_one_alone() -> None:
    ends = Ends()
    async with Deadline(ends, 3600.0):
        with pytest.raises(TimeoutError):
            async with Deadline(ends, 0.0):
                await asyncio.Event().wait()
        await asyncio.sleep(0)


async def test_who_is_cancelled_is_not_too_late() -> None:
    async def wait() -> None:
        async with Deadline(Ends(), 3600.0):
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_what_breaks_off_says_why() -> None:
    with pytest.raises(KeyError):
        async with Deadline(Ends(), 3600.0):
            raise KeyError


def test_a_clock_that_is_set_back_is_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    wall, steady = 1_000.0, 50.0
    monkeypatch.setattr("ravi.delivery.clock.time.time", lambda: wall)
    monkeypatch.setattr("ravi.delivery.clock.time.monotonic", lambda: steady)
    clock = WallClock()
    assert clock.now() == 1_000.0
    wall = 900.0
    assert clock.now() == 1_000.0
    steady = 51.0
    assert clock.now() == 1_001.0
    wall = 2_000.0
    assert clock.now() == 2_000.0


async def _deadline_of(ends: Ends) -> None:
    with pytest.raises(TimeoutError):
        async with Deadline(ends, 0.0):
            await asyncio.Event().wait()
