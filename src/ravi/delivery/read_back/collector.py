"""Works off what is to be read back: a loop beside the engine, as gentle as the readings', and of no effect on any copy."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from ravi.delivery.engine.ports import Clock, Log, StoreDown
from ravi.delivery.engine.values import Instant
from ravi.delivery.read_back.reader import WordReader
from ravi.delivery.read_back.store import Asked, ReadBackStore
from ravi.delivery.readings.plan import Abilities

PAUSE_S, BETWEEN_S = 5.0, 0.2
SOW_EVERY_S = 10.0
ROWS_AT_ONCE = 200


@dataclass(slots=True)
class ReadBackCollector:
    """One loop; several engines share the rows."""

    store: ReadBackStore
    reader: WordReader
    able: Abilities
    clock: Clock
    log: Log
    pause_s: float = PAUSE_S
    _sow_at: Instant = field(default=0.0)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                asked = await self.once()
            except StoreDown as reason:
                self.log("read_back_waits", reason=str(reason))
                asked = 0
            except Exception as error:  # whatever one channel brings, the others are read back
                self.log("read_back_broke", reason=type(error).__name__)
                asked = 0
            await self.clock.sleep(self.pause_s if not asked else min(self.pause_s, BETWEEN_S))

    async def close(self) -> None:
        """End the connection."""
        await self.store.close()

    async def once(self) -> int:
        """One round; how many questions were asked. Raises StoreDown."""
        now = self.clock.now()
        if now >= self._sow_at:
            await self.store.sow(now, self.able)
            self._sow_at = now + SOW_EVERY_S
        asked = await self.store.claim(now, ROWS_AT_ONCE, self.able)
        await self._ask_all(asked)
        return len(asked)

    async def _ask_all(self, asked: Sequence[Asked]) -> None:
        """Beside each other: a server that takes its time keeps no other channel waiting. Raises StoreDown."""
        for done in await asyncio.gather(*(self._ask(one) for one in asked), return_exceptions=True):
            if isinstance(done, BaseException):
                raise done

    async def _ask(self, asked: Asked) -> None:
        answer, nexts = await self.reader.ask(asked, self.clock.now())
        channel = asked.question.first.channel_id
        self.log("read_back", channel=channel, outcomes=[str(one.outcome) for one in nexts], code=answer.code)
        await self.store.settle(self.clock.now(), asked.question, answer, nexts)
