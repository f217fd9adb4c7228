"""An event loop whose time jumps from one moment to the next, and which can hold or end one engine between two steps.

What belongs to an engine is known by a context variable that its tasks and timers inherit. A held engine is a stopped
process: its timers run out, nothing of it runs. An ended one is a killed process: no `finally`, no last word. A step is
what runs between two awaits, so that whatever strikes before a step strikes at an await of the engine's own code.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from heapq import heappop, heappush
from typing import Any

START = 1_790_000_000.0
ENGINE: ContextVar[str] = ContextVar("engine", default="")


class Over(Exception):
    """Nothing is left that could happen."""


class Step:
    """Something to run: what asyncio's Handle does for the loop, at a third of its cost."""

    __slots__ = ("arguments", "callback", "context", "is_cancelled")

    def __init__(self, callback: Any, arguments: Any, context: Context) -> None:
        self.callback = callback
        self.arguments = arguments
        self.context = context
        self.is_cancelled = False

    def cancel(self) -> None:
        """It stays where it is and is passed over."""
        self.is_cancelled = True
        self.callback = self.arguments = None


class SimulatedLoop(asyncio.BaseEventLoop):
    """Same events, same order, same run; an exception in a callback ends it."""

    _ready: deque[Any]
    _stopping: bool

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.outside: Context = copy_context()
        self.strike: Callable[[str, Step], None] = _spare
        self.strike_in = -1
        self._timers: list[tuple[float, int, Step]] = []
        self._count = 0
        self._held: dict[str, list[Step]] = {}
        self._ended: set[str] = set()

    def time(self) -> float:
        return self.now

    def moment(self) -> float:
        """Simulated time since 1970, in whole microseconds as PostgreSQL keeps them."""
        return round(START + self.now, 6)

    def later(self, delay_s: float, act: Any, *arguments: Any) -> None:
        """Something outside every engine happens after `delay_s`."""
        self._count += 1
        heappush(self._timers, (self.now + delay_s, self._count, Step(act, arguments, self.outside)))

    def pause(self, seconds: float) -> asyncio.Future[None]:
        """Done after so many seconds."""
        turn: asyncio.Future[None] = self.create_future()
        self._count += 1
        heappush(self._timers, (self.now + seconds, self._count, Step(_end_pause, (turn,), copy_context())))
        return turn

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
        self.strike_in = -1
        for engine in list(self._held):
            self.release(engine)
        for _ in range(10):
            for task in asyncio.all_tasks(self):
                task.cancel()
            self.run_until_complete(asyncio.sleep(0))

    def call_soon(self, callback: Any, *args: Any, context: Context | None = None) -> Any:  # type: ignore[override]
        step = Step(callback, args, context or copy_context())
        self._ready.append(step)
        return step

    def call_at(self, when: float, callback: Any, *args: Any, context: Context | None = None) -> Any:  # type: ignore[override]
        step = Step(callback, args, context or copy_context())
        self._count += 1
        heappush(self._timers, (when, self._count, step))
        return step

    def call_later(self, delay: float, callback: Any, *args: Any, context: Context | None = None) -> Any:  # type: ignore[override]
        return self.call_at(self.now + delay, callback, *args, context=context)

    def _run_once(self) -> None:
        ready = self._ready
        while not self._stopping:
            self._bring_due()
            for _ in range(len(ready)):
                step: Step = ready.popleft()
                if step.is_cancelled:
                    continue
                engine = step.context.get(ENGINE, "")
                if not engine or self._may_run(engine, step):
                    step.context.run(step.callback, *step.arguments)

    def _bring_due(self) -> None:
        """Time jumps to the next moment at which something happens, unless something waits now."""
        ready, timers = self._ready, self._timers
        if not ready:
            while timers and timers[0][2].is_cancelled:
                heappop(timers)
            if not timers:
                raise Over
            if timers[0][0] > self.now:
                self.now = timers[0][0]
        now = self.now
        while timers and timers[0][0] <= now:
            ready.append(heappop(timers)[2])

    def _may_run(self, engine: str, step: Step) -> bool:
        if engine not in self._held:
            self.strike_in -= 1
            if self.strike_in != 0:
                return True
            self.strike(engine, step)
            if engine not in self._held:
                return True
        self._held[engine].append(step)
        return False

    def _process_events(self, event_list: Any) -> None:
        """There are no sockets here."""

    def _write_to_self(self) -> None:
        """There are no other threads here."""


def _spare(_engine: str, _step: Step) -> None:
    """Nothing strikes."""


def _end_pause(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)


class SimulatedClock:
    """One machine's clock: `ahead_s` is how far it was set forward. Set back it is waited out, as the worker's is."""

    __slots__ = ("ahead_s", "loop")

    def __init__(self, loop: SimulatedLoop, ahead_s: float = 0.0) -> None:
        self.loop = loop
        self.ahead_s = ahead_s

    def now(self) -> float:
        return round(START + self.loop.now + self.ahead_s, 6)

    def sleep(self, seconds: float) -> Any:
        return self.loop.pause(seconds)

    def timeout(self, seconds: float) -> Any:
        return Deadline(self.loop, seconds)


class Deadline:
    """What asyncio.timeout does, without its coroutines."""

    __slots__ = ("_cancelling", "_is_over", "_loop", "_seconds", "_step", "_task")

    def __init__(self, loop: SimulatedLoop, seconds: float) -> None:
        self._loop, self._seconds, self._is_over = loop, seconds, False

    def __aenter__(self) -> "_Done":
        task: Any = asyncio.current_task(self._loop)
        self._task, self._cancelling = task, task.cancelling()
        self._step = self._loop.call_at(self._loop.now + self._seconds, self._end)
        return _DONE

    def __aexit__(self, kind: Any, error: Any, _trace: Any) -> "_Done":
        self._step.cancel()
        if self._is_over and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error
        return _DONE

    def _end(self) -> None:
        self._is_over = True
        self._task.cancel()


class _Done:
    """Awaited, it is done."""

    def __await__(self) -> Any:
        return iter(())


_DONE = _Done()
