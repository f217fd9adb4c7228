"""Room in memory for the bytes of copies on their way: however many are due, few large ones are in hand at once.

Each of them is in memory several times while it leaves, and all share one line: a hundred videos at a time would end the
engine, or none would arrive within its call.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field

# Two of the largest videos that the library keeps; measured, an engine then needs 360 MB.
MOST_BYTES = 100_000_000
# Below the engine's prepare_timeout_s: who waits in vain goes back to the line, and the channel's other copies go on.
WAIT_S = 5.0


@dataclass(slots=True)
class Place:
    """What one copy takes; it is free again once nobody holds it, whatever became of the call."""

    room: "Room"
    size_bytes: int

    def __del__(self) -> None:
        self.room.free(self.size_bytes)


@dataclass(slots=True)
class Room:
    """First come, first served: a large copy is not passed by small ones for ever. What is larger than all goes alone."""

    most_bytes: int = MOST_BYTES
    taken_bytes: int = 0
    _waiting: deque[tuple[int, asyncio.Future[None]]] = field(default_factory=deque)

    async def take(self, size_bytes: int) -> Place:
        """A place for so many bytes, as soon as there is one. Whoever gives up waiting leaves nothing behind."""
        size_bytes = min(size_bytes, self.most_bytes)
        if self._waiting or self.taken_bytes + size_bytes > self.most_bytes:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append((size_bytes, turn))
            await self._reached(size_bytes, turn)
        else:
            self.taken_bytes += size_bytes
        return Place(self, size_bytes)

    async def _reached(self, size_bytes: int, turn: asyncio.Future[None]) -> None:
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # given in the very moment of giving up
                self.free(size_bytes)
            else:
                self._waiting.remove((size_bytes, turn))
                self._admit()
            raise

    def free(self, size_bytes: int) -> None:
        self.taken_bytes -= size_bytes
        self._admit()

    def _admit(self) -> None:
        while self._waiting and self.taken_bytes + self._waiting[0][0] <= self.most_bytes:
            size_bytes, turn = self._waiting.popleft()
            self.taken_bytes += size_bytes
            turn.set_result(None)
