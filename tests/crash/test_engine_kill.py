"""Kill -9 of an engine in the middle of a publish: nothing doubled, nothing lost, and the platform's own log says so.

Each round publishes one post on 360 channels that answer after 200 ms and kills the engine at a random moment.
RAVI_KILLS rounds (10; 50 for the full run), RAVI_SEED for the moments.
"""

import os
import random
import time
from collections.abc import Callable

import pytest

from tests.crash.engines import EngineProcess
from tests.crash.town import Row, Town, judge, wait_until

pytestmark = pytest.mark.crash

KILLS = int(os.environ.get("RAVI_KILLS") or (50 if os.environ.get("RAVI_TEST_FULL") else 10))
SEED = int(os.environ.get("RAVI_SEED", "1405"))
BUSY = 300


def test_killed_engines_double_nothing_and_lose_nothing(town: Town, tell: Callable[..., None]) -> None:
    chance, engine = random.Random(SEED), town.engine()
    engine.start()
    rounds = [_kill_once(town, engine, chance) for _ in range(KILLS)]
    posts = [post for post, _keys, _moment in rounds]
    town.settle(*posts)
    assert engine.end() == 0
    # A round's last copies may meet the next round's kill, so what is unknown is held against all that was in flight.
    in_flight = set[str]().union(*(keys for _post, keys, _moment in rounds))
    rows: list[Row] = []
    for number, (post, _keys, moment) in enumerate(rounds, start=1):
        rows.append(town.came_of(f"kill -9, round {number}, after {moment:.2f} s", [post], in_flight))
    rows.append(town.came_of(f"kill -9, all {KILLS}", posts, in_flight))
    tell("an engine is killed", *rows)
    judge(rows[-1])
    assert rows[-1]["copies"] == 360 * KILLS


def _kill_once(town: Town, engine: EngineProcess, chance: random.Random) -> tuple[int, set[str], float]:
    """(post, keys of the calls in flight at the fault, its moment after the order)."""
    before = len(town.sandbox.log())
    post = town.publish()
    town.hurry()
    started, wanted = time.monotonic(), chance.randint(0, 330)
    # A moment by progress, not by the clock: machines differ, and after the last copy there is nothing to kill.
    wait_until(lambda: len(town.sandbox.log()) - before >= wanted, within_s=30, every_s=0.02, strict=False)
    time.sleep(chance.random() * 0.2)
    engine.kill()
    moment, in_flight = time.monotonic() - started, town.in_flight()
    engine.start()
    # Before the next round most of this one has gone, so that every round meets a busy engine.
    wait_until(lambda: sum(town.states(post)[state] for state in ("sent", "failed")) >= BUSY, within_s=60, strict=False)
    return post, in_flight, moment
