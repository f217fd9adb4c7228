"""Keeps in PostgreSQL which way leads to each platform and how each fares, so that pages, orders and all engines agree.

An engine that is told RAVI_ROUTES writes it down when it starts; one that is told nothing follows what stands there. Never
does a copy go another way than the one that stands there because that one is closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ravi.delivery.engine.ports import Clock, Log, StoreDown
from ravi.delivery.routes import Routes
from ravi.delivery.store.connection import Line, rows_of, storable
from ravi.delivery.store.postgres import moment

TELL_S = 10.0
CHOOSE_S = 300.0

CHOOSE = """
insert into delivery_way (platform, route, is_chosen, failure)
select platform, route, true, '' from unnest(%(platforms)s::text[], %(routes)s::text[]) as told (platform, route)
on conflict (platform, route) do update set is_chosen = true
"""
LEAVE = """
update delivery_way set is_chosen = false
where is_chosen and (platform, route) not in
    (select platform, route from unnest(%(platforms)s::text[], %(routes)s::text[]) as told (platform, route))
"""
CHOSEN = "select platform, route from delivery_way where is_chosen"
# What waits follows; what somebody else has in hand at this moment is met the next time.
FOLLOW = """
with astray as (
    select copy.id, coalesce(way.route, 'direct') as route from delivery_delivery copy
    left join delivery_way way on way.platform = copy.platform and way.is_chosen
    where copy.stage = '{stage}' and copy.route <> coalesce(way.route, 'direct')
    order by copy.id limit 20000 for update of copy skip locked
)
update delivery_delivery copy set route = astray.route from astray where copy.id = astray.id
returning copy.channel_id
"""
STAGES = ("open", "held", "unknown")
WAKE = """
update delivery_slot set wake_at = least(wake_at, %(now)s) where channel_id in (
    select channel_id from delivery_slot where channel_id = any(%(channels)s) and busy_id is null
    order by channel_id for update skip locked
)
"""
TELL = """
insert into delivery_way (platform, route, is_chosen, ok_at, failed_at, failure)
values (%(platform)s, %(route)s, false, %(ok_at)s, %(failed_at)s, %(failure)s)
on conflict (platform, route) do update set ok_at = greatest(delivery_way.ok_at, excluded.ok_at),
    failure = case when excluded.failed_at >= coalesce(delivery_way.failed_at, '-infinity') then excluded.failure
        else delivery_way.failure end,
    failed_at = greatest(delivery_way.failed_at, excluded.failed_at)
"""


@dataclass(slots=True)
class Ways:
    """A loop beside the engine. `told` is its environment's word, None where it says nothing."""

    line: Line
    routes: Routes
    told: Mapping[str, str] | None
    clock: Clock
    log: Log
    _written: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    async def choose(self) -> None:
        """Write down what this engine was told, or read what stands there; what waits then follows. Raises StoreDown."""
        async with self.line.transaction() as connection:
            if self.told is not None:
                values = {"platforms": list(self.told), "routes": list(self.told.values())}
                await connection.execute(LEAVE, values)
                await connection.execute(CHOOSE, values)
            self.routes.chosen = {row[0]: row[1] for row in await rows_of(connection, CHOSEN, {})}
        self.told = None  # the last word is the latest: an engine that starts later has it
        await self._follow()

    async def run(self) -> None:
        """Until cancelled."""
        chosen_at = self.clock.now()
        while True:
            await self.clock.sleep(TELL_S)
            try:
                await self.tell()
                if self.clock.now() - chosen_at >= CHOOSE_S:
                    chosen_at = self.clock.now()
                    await self.choose()
            except StoreDown as reason:
                self.log("ways_wait", reason=str(reason))

    async def tell(self) -> None:
        """How each way fared since it was last told. Raises StoreDown."""
        for way, seen in sorted(self.routes.seen.items()):
            now = (seen.ok_at, seen.failed_at)
            if self._written.get(way) == now:
                continue
            values = {
                "platform": way[0],
                "route": way[1],
                "ok_at": moment(seen.ok_at) if seen.ok_at else None,
                "failed_at": moment(seen.failed_at) if seen.failed_at else None,
                "failure": storable(seen.failure)[:200],
            }
            async with self.line.transaction() as connection:
                await connection.execute(TELL, values)
            self._written[way] = now

    async def _follow(self) -> None:
        channels: list[int] = []
        for stage in STAGES:
            async with self.line.transaction() as connection:
                channels += [row[0] for row in await rows_of(connection, FOLLOW.format(stage=stage), {})]
        if channels:
            self.log("rerouted", copies=len(channels))
            async with self.line.transaction() as connection:
                await connection.execute(WAKE, {"channels": channels, "now": moment(self.clock.now())})
