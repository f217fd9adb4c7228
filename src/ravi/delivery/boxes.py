"""Fetches sealed boxes: channels that are asked for in one turn of the loop, a whole claim's, share one question."""

import asyncio
from dataclasses import dataclass, field

from ravi.delivery.store.connection import Line, rows_of

BOXES = "select channel_id, box from directory_credential where channel_id = any(%(channels)s)"


@dataclass(slots=True)
class Boxes:
    """Over one connection."""

    line: Line
    _wanted: set[int] = field(default_factory=set)
    _coming: "asyncio.Task[dict[int, bytes]] | None" = None

    async def of(self, channel_id: int) -> bytes | None:
        """The channel's box; None where none is set. Raises StoreDown."""
        self._wanted.add(channel_id)
        if self._coming is None:
            self._coming = asyncio.create_task(self._fetch())
        # Whoever waits may give up; the others' answer still comes.
        return (await asyncio.shield(self._coming)).get(channel_id)

    async def _fetch(self) -> dict[int, bytes]:
        wanted, self._wanted, self._coming = sorted(self._wanted), set(), None
        async with self.line.transaction() as connection:
            return {row[0]: bytes(row[1]) for row in await rows_of(connection, BOXES, {"channels": wanted})}
