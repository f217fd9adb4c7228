"""Works off what is to be read back: a loop beside the engine, as gentle as the readings', and of no effect on any copy."""

from dataclasses import dataclass, field

from ravi.delivery.engine.ports import Clock, Log
from ravi.delivery.engine.values import Instant
from ravi.delivery.read_back.reader import WordReader
from ravi.delivery.read_back.store import Asked, ReadBackStore
from ravi.delivery.readings.plan import Abilities
from ravi.delivery.rounds import beside_each_other, in_rounds

PAUSE_S = 5.0
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
        names = {"waits": "read_back_waits", "broke": "read_back_broke"}
        await in_rounds(self.once, self.clock, self.log, pause_s=self.pause_s, **names)

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
        await beside_each_other(self._ask(one) for one in asked)
        return len(asked)

    async def _ask(self, asked: Asked) -> None:
        answer, nexts = await self.reader.ask(asked, self.clock.now())
        channel = asked.question.first.channel_id
        self.log("read_back", channel=channel, outcomes=[str(one.outcome) for one in nexts], code=answer.code)
        await self.store.settle(self.clock.now(), asked.question, answer, nexts)
