"""Deadlines that share a timer end what asyncio.timeout would end, and nothing else."""

import asyncio

import pytest

from ravi.delivery.clock import Deadline, Ends, LedgerClock, WallClock


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


def test_the_ledgers_time_counts_whatever_the_machine_says(monkeypatch: pytest.MonkeyPatch) -> None:
    wall, boot = 90_000.0, 50.0
    monkeypatch.setattr("ravi.delivery.clock.time.time", lambda: wall)
    monkeypatch.setattr("ravi.delivery.clock.since_boot", lambda: boot)
    clock = LedgerClock()
    assert clock.now() == pytest.approx(90_000.0, abs=1.0)
    assert clock.hear(1_000.0, 48.0, 50.0)  # the answer took two seconds: it was 1,000 at the earliest now
    assert clock.now() == 1_000.0
    wall = 5.0
    boot = 60.0
    assert clock.now() == 1_010.0
    assert clock.hear(1_011.5, 59.9, 60.0)  # a quick answer knows more than the slow one did
    assert clock.now() == 1_011.5
    assert clock.hear(1_011.0, 59.0, 60.0)  # a slow one that allows what is believed moves nothing
    assert clock.now() == 1_011.5


def test_a_ledger_whose_time_runs_slower_is_waited_for_and_one_that_was_set_back_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    boot = 50.0
    monkeypatch.setattr("ravi.delivery.clock.since_boot", lambda: boot)
    clock = LedgerClock()
    assert clock.hear(1_000.0, 50.0, 50.0)
    assert clock.now() == 1_000.0
    assert clock.hear(999.5, 50.0, 50.0)
    assert clock.now() == 1_000.0
    boot = 51.0
    assert clock.now() == 1_000.5
    assert not clock.hear(900.0, 51.0, 51.0)
    assert clock.now() == 1_000.5


async def _deadline_of(ends: Ends) -> None:
    with pytest.raises(TimeoutError):
        async with Deadline(ends, 0.0):
            await asyncio.Event().wait()
