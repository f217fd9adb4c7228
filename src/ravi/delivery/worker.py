"""`ravi engine`: puts clock, chance, store and courier around one engine and ends it in order.

The only place where the engine meets wall time, PostgreSQL's notifications and signals.
"""

import asyncio
import json
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from ravi.core.stderr import write
from ravi.delivery.boxes import Boxes
from ravi.delivery.clock import LedgerClock, WallClock, since_boot
from ravi.delivery.credentials import KeyFolder
from ravi.delivery.doors import Doors
from ravi.delivery.engine.ports import Log, StoreDown
from ravi.delivery.engine.program import Engine
from ravi.delivery.engine.values import Policy
from ravi.delivery.errand import ErrandRunner
from ravi.delivery.keeper import ConnectionKeeper
from ravi.delivery.lines import JsonLog, spelt
from ravi.delivery.looks import Looker
from ravi.delivery.meter import MeasuredCourier, MeasuredStore, Meter
from ravi.delivery.read_back import reader as words
from ravi.delivery.read_back.collector import ReadBackCollector
from ravi.delivery.read_back.store import ReadBackStore
from ravi.delivery.readings.collector import ReadingCollector
from ravi.delivery.readings.reader import Reader, abilities
from ravi.delivery.readings.store import ReadingStore
from ravi.delivery.routes import Routes, read_routes
from ravi.delivery.store.connection import Line, rows_of
from ravi.delivery.ways import Ways

# A loop that has not turned for this long will never answer its leases in time: better a new process.
HUNG_S = 30.0
EXIT_HUNG = 70
PULSE_S = 10.0
TIME = "select date_part('epoch', clock_timestamp())"
PULSE = """
insert into core_pulse (kind, name, seen_at, figures) values ('engine', %(name)s, clock_timestamp(), %(figures)s)
on conflict (kind, name) do update set seen_at = excluded.seen_at, figures = excluded.figures
"""


@dataclass(frozen=True)
class EngineSettings:
    """What `ravi engine` needs to know."""

    database_url: str
    keys_folder: Path | None
    environ: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    routes: Mapping[str, str] | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "EngineSettings":
        """Reads RAVI_ENGINE_DATABASE_URL, RAVI_CREDENTIAL_KEYS_FOLDER and, for tests and benches, RAVI_ENGINE_POLICY
        (figures of Policy as JSON), RAVI_ROUTES and its proxies. Raises KeyError without the first, ValueError for figures
        that are not safe and routes that lead nowhere."""
        known = os.environ if environ is None else environ
        folder = known.get("RAVI_CREDENTIAL_KEYS_FOLDER", "")
        policy = Policy(**json.loads(known.get("RAVI_ENGINE_POLICY", "{}")))
        if policy.lease_s <= policy.call_timeout_s + policy.send_window_s:
            raise ValueError("a lease must outlive a call: lease_s > call_timeout_s + send_window_s")
        return cls(
            known["RAVI_ENGINE_DATABASE_URL"], Path(folder) if folder else None, known, policy, read_routes(known)
        )


async def run(settings: EngineSettings, log: Log | None = None) -> int:
    """Send until SIGTERM or SIGINT, then drain; the exit code."""
    lines = JsonLog()
    log = log or lines
    owner = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(3).hex()}"
    parts = Parts.of(settings, owner, log)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, parts.engine.end)
    log("started", engine=owner)
    try:
        await parts.run()
        log("ended", engine=owner)
    finally:
        lines.flush()
    return 0


@dataclass(slots=True)
class Parts:
    """One engine and what runs beside it."""

    engine: Engine
    store: MeasuredStore
    courier: MeasuredCourier
    errands: ErrandRunner
    readings: ReadingCollector
    read_back: ReadBackCollector
    ways: Ways
    keeper: ConnectionKeeper
    meter: Meter
    url: str
    clock: WallClock
    log: Log

    @classmethod
    def of(cls, settings: EngineSettings, owner: str, log: Log, clock: WallClock | None = None) -> "Parts":
        """Everything is made here and nowhere else."""
        clock = clock or LedgerClock()
        meter = Meter()
        store = MeasuredStore(settings.database_url, settings.policy, meter=meter)
        routes = Routes(settings.environ, settings.policy.concurrency)
        courier = MeasuredCourier(
            Line(settings.database_url, "courier"),
            KeyFolder(settings.keys_folder),
            routes,
            clock,
            meter=meter,
        )
        chance = random.Random()  # noqa: S311 -- jitter
        engine = Engine(owner, clock, chance, store, courier, log, settings.policy)
        looker = Looker(courier.keys, routes, clock)
        errands = ErrandRunner(Line(settings.database_url, "errands"), looker, clock, log, engine.ring)
        line, key_id = Line(settings.database_url, "connections"), settings.environ.get("RAVI_CREDENTIAL_KEY_ID", "")
        keeper = ConnectionKeeper(line, looker, courier, clock, log, engine.ring, key_id)
        asking = Line(settings.database_url, "readings")  # one for both: what is asked beside the copies is in no hurry
        doors = Doors(Boxes(asking), courier.keys, courier.routes, clock)
        readings = ReadingCollector(ReadingStore(asking, courier.routes.to), Reader(doors), abilities(), clock, log)
        read_back = ReadBackCollector(
            ReadBackStore(asking, courier.routes.to), words.WordReader(doors), words.abilities(), clock, log
        )
        ways = Ways(Line(settings.database_url, "ways"), routes, settings.routes, clock, log)
        return cls(
            engine, store, courier, errands, readings, read_back, ways, keeper, meter, settings.database_url, clock, log
        )

    async def run(self) -> None:
        """Until the engine has ended."""
        pulse = Line(self.url, "pulse")
        await self._agree(pulse)
        await self._choose()
        loops = [self._listen(), self.errands.run(), self.readings.run(), self.read_back.run(), self.ways.run()]
        beside = [*loops, self.keeper.run(), self._link(), self._tick(), self._pulse(pulse)]
        tasks = [asyncio.create_task(one) for one in beside]
        try:
            await self.engine.run()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.keeper.finish()
            await self.courier.routes.close()
            await self.courier.line.close()
            await self.errands.line.close()
            await self.readings.close()
            await self.read_back.close()
            await self.ways.line.close()
            await self.keeper.line.close()
            await pulse.close()
            await self.store.close()

    async def _listen(self) -> None:
        """A notification is only a hint: without it the engine finds its work half a second later."""
        while True:
            with suppress(psycopg.Error, OSError):
                connection = await AsyncConnection.connect(self.url, autocommit=True, connect_timeout=5)
                async with connection:
                    await connection.execute("listen ravi_delivery")
                    async for _ in connection.notifies():
                        self.engine.ring()
            await asyncio.sleep(2.0)

    async def _link(self) -> None:
        while True:
            try:
                if linked := await self.store.link(self.clock.now()):
                    self.log("linked", rows=linked)
            except StoreDown as reason:
                self.log("link_waits", reason=str(reason))
            await asyncio.sleep(2.0)

    async def _agree(self, line: Line) -> None:
        """Nothing is begun before the ledger's time is known."""
        while isinstance(self.clock, LedgerClock) and not self.engine.is_ending:
            try:
                await self._hear(line)
            except StoreDown as reason:
                self.log("clock_waits", reason=str(reason))
                await asyncio.sleep(0.5)
            else:
                return

    async def _choose(self) -> None:
        """Nothing is begun before it is known which way leads where."""
        while not self.engine.is_ending:
            try:
                await self.ways.choose()
            except StoreDown as reason:
                self.log("ways_wait", reason=str(reason))
                await asyncio.sleep(0.5)
            else:
                return

    async def _pulse(self, line: Line) -> None:
        """What this engine counted, for the web's /metrics, and the ledger's time; a count that is late is no trouble."""
        while True:
            with suppress(StoreDown):
                await self._hear(line)
            await asyncio.sleep(PULSE_S)

    async def _hear(self, line: Line) -> None:
        async with line.transaction() as connection:
            asked_at = since_boot()
            ((moment,),) = await rows_of(connection, TIME, {})
            answered_at = since_boot()
            await connection.execute(PULSE, {"name": self.engine.owner, "figures": Jsonb(self.meter.figures())})
        if isinstance(self.clock, LedgerClock) and not self.clock.hear(moment, asked_at, answered_at):
            self.log("ledger_set_back", now=moment)
            self.engine.end()

    async def _tick(self) -> None:
        """Ends a process whose loop hangs; its leases then tell the others what was in hand."""
        turned, ended = [time.monotonic()], threading.Event()

        def watch() -> None:
            while not ended.wait(1.0):
                if time.monotonic() - turned[0] > HUNG_S:
                    write(spelt("hung", {"after_s": HUNG_S}))  # the loop, which writes the others, hangs
                    os._exit(EXIT_HUNG)

        threading.Thread(target=watch, daemon=True, name="ravi-watchdog").start()
        try:
            while True:
                turned[0] = time.monotonic()
                await asyncio.sleep(1.0)
        finally:
            ended.set()
