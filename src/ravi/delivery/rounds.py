"""Loops beside the engine that ask platforms one thing after another: whatever one round brings, the next one follows."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from ravi.delivery.engine.ports import Clock, Log, StoreDown

BETWEEN_S = 0.2  # while there is something to ask


async def in_rounds(
    once: Callable[[], Awaitable[int]], clock: Clock, log: Log, *, pause_s: float, waits: str, broke: str
) -> None:
    """Until cancelled. `once` says how many questions it asked; `waits` and `broke` name in the log that the database did not
    answer, and that something unforeseen happened."""
    while True:
        asked = 0
        try:
            asked = await once()
        except StoreDown as reason:
            log(waits, reason=str(reason))
        except Exception as error:  # whatever one channel brings, the others are asked
            log(broke, reason=type(error).__name__)
        await clock.sleep(pause_s if not asked else min(pause_s, BETWEEN_S))


async def beside_each_other(questions: Iterable[Awaitable[None]]) -> None:
    """All of them, until the slowest has its answer; then what the first one raised."""
    for done in await asyncio.gather(*questions, return_exceptions=True):
        if isinstance(done, BaseException):
            raise done
