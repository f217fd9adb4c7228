"""Works off the readings that are due: a loop beside the engine, gentle, and of no consequence to any copy."""

from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from ravi.delivery.engine.ports import Clock, Log
from ravi.delivery.engine.values import Instant
from ravi.delivery.readings.plan import Abilities, plan
from ravi.delivery.readings.store import ReadingStore
from ravi.delivery.readings.values import Answer, Question
from ravi.delivery.rounds import beside_each_other, in_rounds

PAUSE_S = 5.0
SOW_EVERY_S = 30.0
ROWS_AT_ONCE = 400


class Asks(Protocol):
    """Who speaks with the platforms."""

    async def ask(self, question: Question) -> Answer: ...


@dataclass(slots=True)
class ReadingCollector:
    """One loop; several engines share the rows."""

    store: ReadingStore
    reader: Asks
    able: Abilities
    clock: Clock
    log: Log
    pause_s: float = PAUSE_S
    _sow_at: Instant = field(default=0.0)

    async def run(self) -> None:
        """Until cancelled."""
        names = {"waits": "readings_wait", "broke": "readings_broke"}
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
        questions = await self.store.claim(now, ROWS_AT_ONCE, partial(plan, able=self.able, now=now))
        await beside_each_other(self._ask(one) for one in questions)
        return len(questions)

    async def _ask(self, question: Question) -> None:
        answer = await self.reader.ask(question)
        self.log(
            "read",
            channel=question.first.channel_id,
            posts=len(question.rows) if question.is_of_posts else 0,
            outcome=answer.outcome,
            code=answer.code,
        )
        await self.store.settle(self.clock.now(), question, answer)
