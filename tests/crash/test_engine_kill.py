"""Kill -9 in the middle of a publish: nothing doubled, nothing lost, and the platform's own log says so.

Each round publishes one post on 360 channels that answer after 200 ms and kills the engine at a random moment; in one
round the database restarts too. RAVI_KILLS rounds (10; 20 for the full run), RAVI_SEED for the moments.
"""

import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from conftest import Urls, django_on
from ravi.cli.postgres.cluster import Cluster
from ravi.core import clock
from tests.city import City, build_city, without_posts
from tests.crash.engines import EngineProcess, durable_cluster
from tests.sandbox import Sandbox, running_sandbox

pytestmark = pytest.mark.crash

KILLS = int(os.environ.get("RAVI_KILLS", "10"))
SEED = int(os.environ.get("RAVI_SEED", "1405"))
ANSWER_MS = 200
# Short figures, so that leases end within the test; their proportions are the real ones'.
FIGURES = {
    "lease_s": 9.0,
    "call_timeout_s": 6.0,
    "send_window_s": 1.0,
    "unknown_block_s": 4.0,
    "look_after_s": 2.0,
    "repeat_after_s": 1.0,
    "concurrency": 60,
}
SETTLED_WITHIN_S = 180.0


@dataclass
class Town:
    """Everything a round needs."""

    cluster: Cluster
    urls: Urls
    city: City
    sandbox: Sandbox
    engine: EngineProcess
    admin: Any

    def states(self, post_id: int) -> Counter[str]:
        statement = "select state, count(*) from delivery_delivery where post_id = %s group by state"
        return Counter(dict(self._rows(statement, post_id)))

    def keys(self, post_id: int, *states: str) -> set[str]:
        statement = "select key from delivery_delivery where post_id = %s and state = any(%s)"
        return {row[0] for row in self._rows(statement, post_id, list(states))}

    def in_flight(self) -> set[str]:
        """What a dead engine had in hand: counted when the server has ended its last statement too.

        A fence that was under way when the engine died is still committed by its backend a moment later.
        """
        give_up = time.monotonic() + 10
        while time.monotonic() < give_up:
            if not self._rows("select 1 from pg_stat_activity where usename = 'ravi_engine'"):
                break
            time.sleep(0.02)
        return {row[0] for row in self._rows("select key from delivery_delivery where state = 'sending'")}

    def is_settled(self) -> bool:
        statement = """select count(*) from delivery_delivery where state in ('pending', 'claimed', 'sending')
            or (state = 'unknown' and look_at is not null)"""
        return int(self._rows(statement)[0][0]) == 0

    def restart_database(self) -> None:
        self.cluster.stop()
        self.cluster.start()
        connection.close()
        self.admin = psycopg.connect(self.urls.admin, autocommit=True)

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        rows: list[Any] = self.admin.execute(statement, list(values)).fetchall()
        return rows


@pytest.fixture
def town(tmp_path: Path, django_db_blocker: Any) -> Iterator[Town]:
    with (
        durable_cluster() as (cluster, urls),
        running_sandbox(tmp_path / "sandbox") as sandbox,
        django_db_blocker.unblock(),
        django_on(urls),
        psycopg.connect(urls.admin, autocommit=True) as admin,
    ):
        without_posts(admin)
        city = build_city(sandbox, tmp_path / "keys", clock.now())
        sandbox.faults(delay_ms=ANSWER_MS)
        log = tmp_path / "engine.log"
        engine = EngineProcess(urls.engine, city.keys_folder, (sandbox.port,), log, json.dumps(FIGURES))
        yield Town(cluster, urls, city, sandbox, engine, admin)
        if engine.process is not None and engine.process.poll() is None:
            engine.kill()


def test_killed_engines_double_nothing_and_lose_nothing(town: Town) -> None:
    chance = random.Random(SEED)
    flights = [_kill_once(town, number, chance) for number in range(1, KILLS + 1)]
    deadline = time.monotonic() + SETTLED_WITHIN_S
    while not town.is_settled() and time.monotonic() < deadline:
        time.sleep(0.5)
    code = town.engine.end()
    published = town.sandbox.published()
    table = [_row(town, number, published, len(keys), moment) for number, (keys, moment) in enumerate(flights, start=1)]
    print("\n" + _printed(table))  # noqa: T201 -- the table is the result
    total = {name: sum(row[name] for row in table) for name in table[0]}
    assert code == 0
    assert total["doubled"] == 0
    assert total["lost"] == 0
    assert total["sent"] + total["failed"] + total["unknown"] + total["missed"] == total["copies"] == 360 * KILLS
    # A round's last copies may meet the next round's kill, so what is unknown is held against all that was in flight.
    unknown = set().union(*(town.keys(number, "unknown") for number in range(1, KILLS + 1)))
    assert unknown <= set().union(*(keys for keys, _moment in flights))
    assert total["unknown, readable"] == 0


def _kill_once(town: Town, number: int, chance: random.Random) -> tuple[set[str], float]:
    """(keys of the calls in flight at the fault, its moment after the start)."""
    if town.engine.process is None:
        town.engine.start()
        time.sleep(1.0)
    before = len(town.sandbox.log())
    town.city.order(number, clock.now(), text=f"پیام {number}", title="خبر")
    started = time.monotonic()
    wanted = chance.randint(0, 330)
    # A moment by progress, not by the clock: machines differ, and after the last copy there is nothing to kill.
    while len(town.sandbox.log()) - before < wanted and time.monotonic() - started < 30:
        time.sleep(0.02)
    time.sleep(chance.random() * 0.2)
    town.engine.kill()
    moment = time.monotonic() - started
    in_flight = town.in_flight()
    if number == KILLS // 2:
        town.restart_database()
    town.engine.start()
    if number == KILLS // 2 + 1:
        time.sleep(1.0)
        in_flight |= {row[0] for row in town._rows("select key from delivery_delivery where state = 'sending'")}
        town.restart_database()  # and once more under a living engine
    _wait_until_begun(town, number)
    return in_flight, moment


def _wait_until_begun(town: Town, number: int) -> None:
    """Before the next round, most of this one has gone, so that every round meets a busy engine."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        states = town.states(number)
        if states["sent"] + states["failed"] >= 300:
            return
        time.sleep(0.1)


def _row(town: Town, number: int, published: Counter[str], in_flight: int, moment: float) -> dict[str, Any]:
    states = town.states(number)
    keys = town.keys(number, *("sent", "failed", "unknown", "missed", "held", "pending", "claimed", "sending"))
    readable = """select count(*) from delivery_delivery where post_id = %s and state = 'unknown'
        and platform in ('wordpress', 'mastodon', 'bluesky')"""
    return {
        "round": number,
        "at": round(moment, 2),
        "in flight": in_flight,
        "copies": sum(states.values()),
        "sent": states["sent"],
        "failed": states["failed"],
        "unknown": states["unknown"],
        "unknown, readable": int(town._rows(readable, number)[0][0]),
        "missed": states["missed"],
        "doubled": sum(published[key] > 1 for key in keys),
        "lost": sum(published[key] == 0 for key in town.keys(number, "sent")),
    }


def _printed(table: list[dict[str, Any]]) -> str:
    lines = [" | ".join(table[0])] + [" | ".join(str(value) for value in row.values()) for row in table]
    return "\n".join(lines)
