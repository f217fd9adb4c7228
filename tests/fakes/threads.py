"""A server of this folder for tests that are not asynchronous themselves."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def in_a_thread_of_its_own(running: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """What `running` gives, on a loop of its own until the block ends."""
    loop, up, end = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    given: list[T] = []

    async def serve() -> None:
        async with running as server:
            given.append(server)
            up.set()
            await end.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    try:
        assert up.wait(10)
        yield given[0]
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(10)
        loop.close()
