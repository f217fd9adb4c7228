"""One measurement: the same stub answers a bare client and the whole engine, in turns, in the same minutes."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ravi.delivery.bench import usage
from ravi.delivery.bench.engines import READY_WITHIN_S, BenchFailed, Ran, run_clients, running_engines, wait_until
from ravi.delivery.bench.stub import Stub, running_stub
from ravi.delivery.bench.town import Batch, Pace, Town

FUTURE_CHANNELS, FUTURE_S = 30_000, 86_400.0
# The audit chain takes rows at this age (store/chain.py): the warm-up's links are written while the measured batch runs.
LINKS_AFTER_S = 12.5
VOID_ABOVE = 0.9
FILLED_PER_S = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured. `load`: share of the measured rate at which lateness is looked at; 0 for not at all."""

    deliveries: int
    workers: int
    channels: int
    future: int
    load: float
    pace: Pace
    load_s: float = 12.0
    links_after_s: float = LINKS_AFTER_S
    without_nginx: bool = False


@dataclass(slots=True)
class Bench:
    """`url` is the superuser's, `environment` the engines' without the addresses that they may reach."""

    wanted: Wanted
    url: str
    environment: Mapping[str, str]
    folder: Path
    tell: Callable[[str], None]
    _shares: dict[str, float] = field(default_factory=dict)

    def run(self) -> dict[str, Any]:
        """The figures. Raises BenchFailed."""
        with closing(Town(self.url)) as town:
            return self._run(town)

    def _run(self, town: Town) -> dict[str, Any]:
        wanted = self.wanted
        with running_stub(self.folder / "stub", self.environment, without_nginx=wanted.without_nginx) as stub:
            self.tell(f"filling the database: {wanted.channels} channels, {wanted.future} future copies")
            self._fill(town, stub)
            count, load = wanted.deliveries, usage.load()
            ceiling = max((self._clients("raw", stub, count) for _ in range(2)), key=lambda ran: ran.per_s)
            before = self._clients("bare", stub, count)
            with running_engines(wanted.workers, self._environment(stub), self.folder) as pids:
                batches, ran = self._engines(town, pids)
                lateness = self._lateness(town, ran.per_s, batches)
            after = self._clients("bare", stub, count)
        bare = Ran(2 * count, before.seconds + after.seconds, before.cpu_s + after.cpu_s)
        told = self._told(town, stub, ran, bare, ceiling) | lateness
        told |= {"bare_runs_per_s": [round(one.per_s) for one in (before, after)], "load_before": load}
        self._judge(town, stub, batches)
        return told

    def _fill(self, town: Town, stub: Stub) -> None:
        wanted = self.wanted
        channels = max(wanted.channels, min(FUTURE_CHANNELS, wanted.future))
        town.found(channels, wanted.channels, stub.url, self.folder / "keys")
        if wanted.future:
            every_s = FUTURE_S / wanted.future
            town.order(wanted.future, channels, wanted.pace, due_at=time.time() + FUTURE_S, every_s=every_s)

    def _environment(self, stub: Stub) -> dict[str, str]:
        own = {
            "RAVI_CREDENTIAL_KEYS_FOLDER": str(self.folder / "keys"),
            "RAVI_EGRESS_ALLOW": f"127.0.0.1:{stub.port}",
        }
        return {**self.environment, **own}

    def _clients(self, kind: str, stub: Stub, count: int) -> Ran:
        url = f"{stub.url}/api/telegram/c1/posts"
        ran = run_clients(kind, url, count, self.wanted.workers, self.environment)
        self.tell(f"{kind} client: {ran.per_s:.0f}/s, {ran.cpu_ms:.3f} ms CPU each, load {usage.load()}")
        return ran

    def _engines(self, town: Town, pids: list[int]) -> tuple[list[Batch], Ran]:
        """A batch that warms up, and the measured one, during which the first one's links are written."""
        wait_until(lambda: town.engines_alive() >= len(pids), "A living engine", within_s=READY_WITHIN_S)
        town.tidy()
        began = time.monotonic()
        batches = [self._batch(town)]
        time.sleep(max(0.0, self.wanted.links_after_s - (time.monotonic() - began)))
        before = self._used(town, pids)
        batches.append(self._batch(town))
        engine_s, database_s, commits = (b - a for a, b in zip(before, self._used(town, pids), strict=True))
        times = town.times(batches[-1])
        if not times:
            raise BenchFailed("No copy of the measured batch was called.")
        ran = Ran(len(times), max(row[1] for row in times) - min(row[0] for row in times), engine_s + database_s)
        self._shares = {
            "engine_cpu_ms": round(1000 * engine_s / ran.count, 3),
            "postgresql_cpu_ms": round(1000 * database_s / ran.count, 3),
            "commits_per_delivery": round(commits / ran.count, 3),
        }
        self.tell(f"engine: {ran.per_s:.0f}/s, {ran.cpu_ms:.3f} ms CPU each, load {usage.load()}")
        return batches, ran

    def _batch(self, town: Town) -> Batch:
        wanted = self.wanted
        batch = town.order(wanted.deliveries, wanted.channels, wanted.pace, due_at=time.time())
        wait_until(lambda: not town.left(time.time() + 600), "The end of the batch")
        return batch

    def _used(self, town: Town, pids: Iterable[int]) -> tuple[float, float, float]:
        """Processor seconds of the engines and of PostgreSQL, without the connection that looks on; commits."""
        mine = town.connection.info.backend_pid
        database_s = usage.family_cpu_s(usage.parent(mine), without=[mine])
        return sum(usage.cpu_s(pid) for pid in pids), database_s, town.commits()

    def _lateness(self, town: Town, per_s: float, batches: list[Batch]) -> dict[str, Any]:
        """Copies that fall due at a steady pace below what was just measured."""
        wanted = self.wanted
        if not wanted.load:
            return {"lateness_p99_s": None, "lateness_load": 0}
        every_s = 1 / (per_s * wanted.load)
        count = max(1, int(wanted.load_s / every_s))
        due_at = time.time() + 1.0 + count / FILLED_PER_S  # the first one must not be late because of the others
        batch = town.order(count, wanted.channels, wanted.pace, due_at=due_at, every_s=every_s)
        until = due_at + count * every_s
        wait_until(lambda: time.time() > until and not town.left(time.time() + 600), "The end of the steady pace")
        batches.append(batch)
        late = [row[2] for row in town.times(batch)]
        self.tell(f"at {wanted.load:.0%} load: p99 {percentile(late, 99):.3f} s late, load {usage.load()}")
        return {
            "lateness_p99_s": round(percentile(late, 99), 3), "lateness_p50_s": round(percentile(late, 50), 3),
            "lateness_load": wanted.load, "lateness_deliveries": len(late),
        }  # fmt: skip

    def _told(self, town: Town, stub: Stub, ran: Ran, bare: Ran, ceiling: Ran) -> dict[str, Any]:
        server, commit, fsync = town.server()
        links, rows = town.linked()
        wanted = self.wanted
        return {
            "ravi_per_s": round(ran.per_s), "bare_per_s": round(bare.per_s), "ratio": round(ran.per_s / bare.per_s, 3),
            "cpu_ms_per_delivery": round(ran.cpu_ms, 3), "bare_cpu_ms": round(bare.cpu_ms, 3),
            "cpu_ratio": round(ran.cpu_ms / bare.cpu_ms, 2), **self._shares,
            "stub": stub.name, "stub_ceiling_per_s": round(ceiling.per_s),
            "void": bare.per_s >= VOID_ABOVE * ceiling.per_s,
            "deliveries": ran.count, "workers": wanted.workers, "channels": wanted.channels, "future": wanted.future,
            "gap_s": wanted.pace.gap_s, "credential_rate_per_s": wanted.pace.rate_per_s, "credentials": wanted.pace.bots,
            "chain_links": links, "chain_rows": rows, "load_after": usage.load(),
            "postgresql": server, "synchronous_commit": commit, "fsync": fsync,
            "aiohttp": version("aiohttp"), "psycopg": version("psycopg"),
        }  # fmt: skip

    def _judge(self, town: Town, stub: Stub, batches: list[Batch]) -> None:
        """Every copy is said to be sent, and the platform saw each of them once. Raises BenchFailed."""
        sent = 0
        for batch in batches:
            states = town.states(batch)
            if set(states) != {"sent"}:
                raise BenchFailed(f"Not every copy was sent: {states}.")
            sent += states["sent"]
        seen = Counter(call.key for call in stub.calls() if len(call.key) == 32)
        if len(seen) != sent or set(seen.values()) != {1}:
            raise BenchFailed(f"The stub saw {len(seen)} copies where {sent} were sent.")


def percentile(values: list[float], share: int) -> float:
    """The value below which `share` of a hundred lie, by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * share // 100) - 1))]
