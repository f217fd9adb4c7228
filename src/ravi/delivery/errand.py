"""Works off the directory's errands: looks whether a channel's credential opens its account."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from ravi.delivery.courier import Courier
from ravi.delivery.engine.ports import Clock, Log, StoreDown
from ravi.delivery.store.connection import Line, storable
from ravi.directory.errands import ClaimedErrand, claim_errands, settle_errand
from ravi.directory.rules import ErrandOutcome

PAUSE_S = 2.0
AT_ONCE = 10
GOES_ON = """
update delivery_slot set hold_code = '', hold_detail = '', held_at = null, wake_at = least(wake_at, %(now)s)
where channel_id = %(channel)s and hold_code <> ''
"""


@dataclass(slots=True)
class ErrandRunner:
    """A loop beside the engine."""

    line: Line
    courier: Courier
    clock: Clock
    log: Log
    ring: Callable[[], None]

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._do_all(await self._claim())
            except StoreDown as reason:
                self.log("errands_wait", reason=str(reason))
            await self.clock.sleep(PAUSE_S)

    async def _claim(self) -> list[ClaimedErrand]:
        async with self.line.transaction() as connection:
            return list(await claim_errands(connection, self._now(), AT_ONCE))

    async def _do_all(self, errands: list[ClaimedErrand]) -> None:
        """Beside each other: a server that takes its half minute makes nobody else's errand wait. Raises StoreDown."""
        for done in await asyncio.gather(*(self._do(errand) for errand in errands), return_exceptions=True):
            if isinstance(done, BaseException):
                raise done

    async def _do(self, errand: ClaimedErrand) -> None:
        try:
            async with self.clock.timeout(30.0):
                outcome, detail = await self.courier.verify(errand)
        except TimeoutError:
            outcome, detail = ErrandOutcome.NOT_REACHED, "no answer in time"
        except StoreDown:
            raise
        except Exception as error:  # whatever a broken server answers to one channel, the engine goes on
            outcome, detail = ErrandOutcome.NOT_REACHED, f"its answer could not be read: {type(error).__name__}"
        self.log("verified", errand=errand.id, channel=errand.channel_id, outcome=outcome.value)
        async with self.line.transaction() as connection:
            await settle_errand(connection, errand.id, outcome.value, storable(detail), self._now())
            if outcome is ErrandOutcome.VERIFIED:
                await connection.execute(GOES_ON, {"channel": errand.channel_id, "now": self._now()})
        self.ring()

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)
