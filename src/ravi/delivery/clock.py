"""One time for all engines of a ledger, and deadlines that cost little: most are set for half a minute and never come."""

import asyncio
import math
import time
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from ravi.delivery.engine.values import Instant

# From here on a deadline may come up to a second late: all that end in the same second share one timer.
SHARED_FROM_S = 5.0
# Machines' clocks run apart by less between two answers of the database.
SET_BACK_S = 1.0


class WallClock:
    """Real time. `now` never runs backwards inside one process, whatever is done to the machine's clock."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()
        self._ends = Ends()

    def now(self) -> Instant:
        wall, at = time.time(), time.monotonic()  # in this order, so that a pause between them sets nothing forward
        # Forward corrections are followed at once; a clock set back is waited out.
        self._offset = max(self._offset, wall - at)
        return int((at + self._offset) * 1e6) / 1e6

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[Any]:
        return asyncio.timeout(seconds) if seconds < SHARED_FROM_S else Deadline(self._ends, seconds)


class LedgerClock(WallClock):
    """The database's time, which all engines of a ledger share, whatever the clocks of their machines say.

    Between two answers of the database the time since this machine was started goes on, its sleep included. Until the
    first one it is the machine's own. Never backwards.
    """

    def __init__(self) -> None:
        super().__init__()
        self._ahead_s: float | None = None
        self._last: Instant = 0.0

    def now(self) -> Instant:
        if self._ahead_s is None:
            return super().now()
        self._last = max(self._last, int((since_boot() + self._ahead_s) * 1e6) / 1e6)
        return self._last

    def hear(self, moment: Instant, asked_at: float, answered_at: float) -> bool:
        """The database was at `moment`, at some time between these two since boot; false when it was set back.

        What is believed stays between what the answers allow, so a slow answer moves nothing, and no answer makes the
        engine early. Behind a database that was set back an engine would be early for as long: it is started anew.
        """
        least, most = moment - answered_at, moment - asked_at
        if self._ahead_s is None or self._ahead_s < least:
            self._ahead_s = least
        elif self._ahead_s > most + SET_BACK_S:
            return False
        else:
            self._ahead_s = min(self._ahead_s, most)
        return True


def since_boot() -> float:
    """Seconds since this machine was started, those in which it slept included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(slots=True)
class Ends:
    """By whole second of the loop's time, the deadlines that end there."""

    _at: dict[int, set["Deadline"]] = field(default_factory=dict)

    def add(self, deadline: "Deadline", seconds: float) -> set["Deadline"]:
        """The company in which the deadline waits; whoever is done leaves it."""
        loop = asyncio.get_running_loop()
        second = math.ceil(loop.time() + seconds)
        company = self._at.get(second)
        if company is None:
            company = self._at[second] = set()
            loop.call_at(second, self._end, second)
        company.add(deadline)
        return company

    def _end(self, second: int) -> None:
        for deadline in self._at.pop(second):
            deadline.end()


class Deadline:
    """What asyncio.timeout does, without a timer of its own."""

    __slots__ = ("_cancelling", "_company", "_ends", "_is_over", "_seconds", "_task")

    def __init__(self, ends: Ends, seconds: float) -> None:
        self._ends, self._seconds, self._is_over = ends, seconds, False

    async def __aenter__(self) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline needs a task that it can end")
        self._task, self._cancelling = task, task.cancelling()
        self._company = self._ends.add(self, self._seconds)

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        self._company.discard(self)
        if self._is_over and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def end(self) -> None:
        """The task is cancelled once; on its way out the cancellation becomes TimeoutError."""
        self._is_over = True
        self._task.cancel()
