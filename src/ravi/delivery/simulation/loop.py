"""An event loop whose time jumps from one moment to the next, and which can hold or end one engine between two steps.

What belongs to an engine is known by a context variable that its tasks and timers inherit. A held engine is a stopped
process: its timers run out, nothing of it runs. An ended one is a killed process: no `finally`, no last word.
"""

import asyncio
from collections import deque
from contextvars import Context, ContextVar, copy_context
from heapq import heappop, heappush
from typing import Any

START = 1_790_000_000.0
ENGINE: ContextVar[str] = ContextVar("engine", default="")


class Over(Exception):
    """Nothing is left that could happen."""


class SimulatedLoop(asyncio.BaseEventLoop):
    """Same events, same order, same run; an exception in a callback ends it."""

    _ready: deque[Any]

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.outside: Context = copy_context()
        self._timers: list[tuple[float, int, Any]] = []
        self._count = 0
        self._held: dict[str, list[Any]] = {}
        self._ended: set[str] = set()

    def time(self) -> float:
        return self.now

    def moment(self) -> float:
        """Simulated time since 1970, in whole microseconds as PostgreSQL keeps them."""
        return round(START + self.now, 6)

    def later(self, delay_s: float, act: Any, *arguments: Any) -> None:
        """Something outside every engine happens after `delay_s`."""
        self.call_at(self.now + delay_s, act, *arguments, context=self.outside)

    def hold(self, engine: str) -> None:
        """From now on nothing of this engine runs."""
        self._held.setdefault(engine, [])

    def release(self, engine: str) -> None:
        """Everything that came due meanwhile runs now, in its order."""
        if engine not in self._ended:
            self._ready.extend(self._held.pop(engine, ()))

    def end(self, engine: str) -> None:
        """Nothing of this engine ever runs again, until `clear_away`."""
        self._ended.add(engine)
        self._held.setdefault(engine, [])

    def is_held(self, engine: str) -> bool:
        """Whether it stands still now."""
        return engine in self._held

    def clear_away(self) -> None:
        """When all is over: let every engine unwind, so that nothing of it is left to the interpreter's end."""
        self._ended.clear()
        for engine in list(self._held):
            self.release(engine)
        for _ in range(10):
            for task in asyncio.all_tasks(self):
                task.cancel()
            self.run_until_complete(asyncio.sleep(0))

    def call_at(  # type: ignore[override]
        self, when: float, callback: Any, *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._count += 1
        heappush(self._timers, (when, self._count, handle))
        return handle

    def _timer_handle_cancelled(self, handle: Any) -> None:
        """It is left where it is and passed over."""

    def _run_once(self) -> None:
        ready, timers = self._ready, self._timers
        if not ready:
            while timers and timers[0][2]._cancelled:
                heappop(timers)
            if not timers:
                raise Over
            if timers[0][0] > self.now:
                self.now = timers[0][0]
        while timers and timers[0][0] <= self.now:
            handle = heappop(timers)[2]
            if not handle._cancelled:
                ready.append(handle)
        held = self._held
        for _ in range(len(ready)):
            handle = ready.popleft()
            if handle._cancelled:
                continue
            if held and (name := handle._context.get(ENGINE, "")) in held:
                held[name].append(handle)
                continue
            handle._context.run(handle._callback, *handle._args)

    def _process_events(self, event_list: Any) -> None:
        """There are no sockets here."""

    def _write_to_self(self) -> None:
        """There are no other threads here."""


class SimulatedClock:
    """One machine's clock: `ahead_s` is how far it was set forward. Set back it is waited out, as the worker's is."""

    def __init__(self, loop: SimulatedLoop) -> None:
        self.loop = loop
        self.ahead_s = 0.0

    def now(self) -> float:
        return round(START + self.loop.now + self.ahead_s, 6)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float) -> Any:
        return asyncio.timeout(seconds)
