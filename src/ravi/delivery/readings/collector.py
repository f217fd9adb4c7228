"""Works off the readings that are due: a loop beside the engine, gentle, and of no consequence to any copy."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from ravi.delivery.engine.ports import Clock, Log, StoreDown
from ravi.delivery.engine.values import Instant
from ravi.delivery.readings.plan import Abilities, plan
from ravi.delivery.readings.store import ReadingStore
from ravi.delivery.readings.values import Answer, Question

PAUSE_S, BETWEEN_S = 5.0, 0.2
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
        while True:
            try:
                asked = await self.once()
            except StoreDown as reason:
                self.log("readings_wait", reason=str(reason))
                asked = 0
            except Exception as error:  # whatever one channel brings, the others' numbers are read
                self.log("readings_broke", reason=type(error).__name__)
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
        questions = await self.store.claim(now, ROWS_AT_ONCE, partial(plan, able=self.able, now=now))
        await self._ask_all(questions)
        return len(questions)

    async def _ask_all(self, questions: Sequence[Question]) -> None:
        """Beside each other: a server that takes its time keeps no other channel's numbers waiting. Raises StoreDown."""
        for done in await asyncio.gather(*(self._ask(one) for one in questions), return_exceptions=True):
            if isinstance(done, BaseException):
                raise done

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
