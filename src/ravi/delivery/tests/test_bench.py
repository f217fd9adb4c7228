"""The bench measures what it says: real engines send every copy once, and both clients meet the same stub."""

import os
from pathlib import Path

import pytest

from ravi.delivery.bench.engines import run_clients
from ravi.delivery.bench.measure import Bench, Wanted, percentile
from ravi.delivery.bench.publish import Publish, Scene, most_in
from ravi.delivery.bench.stub import running_stub
from ravi.delivery.bench.town import Pace

SRC = Path(__file__).parents[3]
TOLD = {
    "ravi_per_s", "bare_per_s", "ratio", "cpu_ms_per_delivery", "lateness_p99_s", "stub", "stub_ceiling_per_s", "void",
}  # fmt: skip


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SRC)}


def test_every_copy_goes_once_and_everything_is_told(fresh_database, tmp_path):
    wanted = Wanted(120, 2, 40, 60, 0.5, Pace(0.0, 1_000.0, 1_000), load_s=0.5, links_after_s=0.0)
    environment = ENVIRONMENT | {"RAVI_ENGINE_DATABASE_URL": fresh_database.engine}
    lines: list[str] = []
    # It raises when a copy was not sent, or when the stub's own log shows one twice or not at all.
    told = Bench(wanted, fresh_database.admin, environment, tmp_path, lines.append).run()
    assert set(told) >= TOLD
    assert (told["deliveries"], told["workers"], told["future"]) == (120, 2, 60)
    assert min(told["ravi_per_s"], told["bare_per_s"], told["stub_ceiling_per_s"], told["cpu_ms_per_delivery"]) > 0
    assert any(line.startswith("engine: ") for line in lines)


@pytest.mark.parametrize("kind", ["bare", "raw"])
def test_ravis_own_stub_counts_every_call_of_both_clients(tmp_path, kind):
    with running_stub(tmp_path / "stub", ENVIRONMENT, without_nginx=True) as stub:
        ran = run_clients(kind, f"{stub.url}/api/telegram/c1/posts", 150, 2, ENVIRONMENT)
    calls = stub.calls()
    assert (stub.name, ran.count, len(calls)) == ("asyncio.Protocol", 150, 150)
    assert (len({call.key for call in calls}) == 150) is (kind == "bare")
    assert {call.path for call in calls} == {"/api/telegram/c1/posts"}


def test_percentile_is_the_nearest_rank():
    assert [percentile([float(n) for n in range(1, 101)], share) for share in (1, 50, 99, 100)] == [1, 50, 99, 100]
    assert percentile([7.0], 99) == 7.0


def test_a_publish_is_judged_by_the_platforms_log(fresh_database, tmp_path):
    environment = ENVIRONMENT | {"RAVI_ENGINE_DATABASE_URL": fresh_database.engine}
    scenes = [
        Scene("one bot", 12, 12, Pace(0.0, 20.0, 1, bots=1), 0.6),
        Scene("groups", 6, 2, Pace(0.2, 20.0, 1, 1), 0.4),
    ]
    told = Publish(scenes, 1, fresh_database.admin, environment, tmp_path).run()
    assert (told["one bot"]["copies"], told["one bot"]["channels"]) == (12, 12)
    assert (told["groups"]["copies"], told["groups"]["channels"]) == (6, 2)
    assert told["one bot"]["all_s"] >= told["one bot"]["p95_s"] >= told["one bot"]["p50_s"] > 0


def test_the_fullest_window_is_found():
    moments = [0.0, 0.1, 0.2, 0.9, 1.0, 1.05, 1.1, 3.0]
    assert (most_in(moments, 1.0), most_in(moments, 0.05), most_in([], 1.0)) == (5, 1, 0)
