"""Few large copies are in hand at once, each in its turn, and a place that was given up is free."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from ravi.core import blob, clock
from ravi.core.tenancy import tenant
from ravi.delivery.room import Place, Room
from ravi.delivery.rules import State
from ravi.delivery.tests.test_worker import all_in, city, run, sandbox
from ravi.platforms.contract_samples import png
from tests.city import City
from tests.sandbox import Sandbox

__all__ = ["city", "run", "sandbox"]


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_whoever_finds_no_place_waits_for_one_that_is_free_again() -> None:
    room = Room(100)
    first, second = await room.take(60), await room.take(40)
    waiting = asyncio.create_task(room.take(50))
    await settled()
    assert not waiting.done() and room.taken_bytes == 100
    del second
    await settled()
    assert not waiting.done()
    del first
    assert isinstance(await waiting, Place) and room.taken_bytes == 50


async def test_small_ones_do_not_pass_a_large_one_and_what_is_larger_than_all_goes_alone() -> None:
    room, came = Room(100), []

    async def come(size_bytes: int) -> None:
        place = await room.take(size_bytes)
        came.append(size_bytes)
        await settled()
        del place

    held = await room.take(30)
    tasks = [asyncio.create_task(come(size)) for size in (900, 10, 20)]
    await settled()
    assert came == []
    del held
    await asyncio.gather(*tasks)
    assert came == [900, 10, 20] and room.taken_bytes == 0


@pytest.mark.parametrize("is_given", [False, True])
async def test_whoever_gives_up_leaves_no_place_taken_and_nobody_waiting_behind_them(is_given: bool) -> None:
    room = Room(100)
    held = await room.take(90)
    tired, patient = asyncio.create_task(room.take(100)), asyncio.create_task(room.take(10))
    await settled()
    if is_given:
        del held  # the place is given in the very moment in which its taker gives up
    tired.cancel()
    with pytest.raises(asyncio.CancelledError):
        await tired
    place = await patient
    assert place.size_bytes == 10 and room.taken_bytes == (10 if is_given else 100)


def test_an_engine_holds_few_pictures_at_once_and_sends_them_all(
    city: City, run: Callable[..., Any], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, most, rooms = png(40, 40), [0], set()
    take = Room.take

    async def narrow(room: Room, size_bytes: int) -> Place:
        assert size_bytes == len(content)
        room.most_bytes = 2 * len(content)
        place = await take(room, size_bytes)
        most[0] = max(most[0], room.taken_bytes)
        rooms.add(id(room))
        left.append(room)
        return place

    left: list[Room] = []
    monkeypatch.setattr(Room, "take", narrow)
    with tenant(city.institution_id):
        sha256 = blob.put(city.institution_id, content, "image/png")
    city.order(1, clock.now(), media=[(sha256, "image/png", "یک تصویر")])
    sandbox.faults(delay_ms=100)
    run(all_in(State.SENT))
    assert set(sandbox.published().values()) == {1} and len(sandbox.published()) == 6
    assert len(rooms) == 1 and most == [2 * len(content)] and left[0].taken_bytes == 0
