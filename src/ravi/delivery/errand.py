"""Works off the directory's errands: looks whether a channel's credential opens its account."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from ravi.delivery.engine.ports import Clock, Log, StoreDown
from ravi.delivery.keeper import GOES_ON, HOLD, UNFIT, check_of, told_of
from ravi.delivery.looks import Looker
from ravi.delivery.store.connection import Line, storable
from ravi.directory.connections import connection_of, note_check, note_findings
from ravi.directory.errands import ClaimedErrand, claim_errands, settle_errand
from ravi.directory.rules import ErrandOutcome

PAUSE_S = 2.0
AT_ONCE = 10


@dataclass(slots=True)
class ErrandRunner:
    """A loop beside the engine."""

    line: Line
    looker: Looker
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
            except Exception as error:  # whatever one channel brings, the others' errands are done
                self.log("errands_broke", reason=type(error).__name__)
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
        look = await self.looker.verify(errand, with_limits=True)
        self.log("verified", errand=errand.id, channel=errand.channel_id, outcome=look.outcome.value)
        now = self._now()
        async with self.line.transaction() as connection:
            await settle_errand(connection, errand.id, look.outcome.value, storable(look.detail), now)
            one = await connection_of(connection, errand.channel_id)
            if one is not None and one.box == errand.box:
                await note_check(connection, one, check_of(one, look, now), now)
                await note_findings(connection, one, look.found, told_of(one), now)
                if look.outcome in UNFIT:
                    values = {"channel": errand.channel_id, "detail": storable(look.detail), "now": now}
                    await connection.execute(HOLD, values)
            if look.outcome is ErrandOutcome.VERIFIED:
                await connection.execute(GOES_ON, {"channel": errand.channel_id, "now": now})
        self.ring()

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)
