"""The whole figures: many seeds, every mutant, the same seeds over a real PostgreSQL; `--full` plays the million."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import Urls
from ravi.delivery.simulation.book import MemoryBook
from ravi.delivery.simulation.faults import KINDS, Faults
from ravi.delivery.simulation.mutants import MUTANTS
from ravi.delivery.simulation.run import simulate
from tests.simulation.postgres_book import postgres_book

pytestmark = pytest.mark.simulation
SRC = Path(__file__).parents[2] / "src"
IS_FULL = os.environ.get("RAVI_TEST_FULL") == "1"
DELIVERIES, CHANNELS = 20_000, 1_500
# Over PostgreSQL a copy costs twenty times what it costs in memory: the whole figure is `--full`'s.
IN_POSTGRES = (DELIVERIES, CHANNELS) if IS_FULL else (4_000, 300)


def played(*arguments: str, within_s: int = 900) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "ravi.cli", "simulate", "--json", *arguments]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SRC)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=within_s, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_twenty_seeds_of_twenty_thousand_are_clean_and_every_misfortune_happens() -> None:
    size = ("--deliveries", str(DELIVERIES), "--channels", str(CHANNELS))
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each waits for a process of its own
        runs = list(pool.map(lambda seed: played(*size, "--seed", str(seed)), range(1, 21)))
    assert {found["seed"]: (code, found["violations"]) for code, found in runs} == {n: (0, {}) for n in range(1, 21)}
    assert all(sum(found["states"].values()) >= DELIVERIES for _, found in runs)
    happened = {kind for _, found in runs for kind, times in found["happened"].items() if times}
    assert set(KINDS) - happened == set()


@pytest.mark.parametrize("mutant", [one.name for one in MUTANTS])
def test_a_broken_engine_is_caught(mutant: str) -> None:
    size = ("--deliveries", str(DELIVERIES), "--channels", str(CHANNELS))
    for seed in range(31, 36 if IS_FULL else 32):
        code, found = played(*size, "--seed", str(seed), "--mutant", mutant)
        assert found["violations"], f"{mutant} survived seed {seed}"
        assert code == 1


@pytest.mark.parametrize("faults", sorted({tuple(sorted(one.faults.items())) for one in MUTANTS}), ids=str)
def test_what_a_mutant_is_put_through_the_whole_engine_bears(faults: tuple[tuple[str, float], ...]) -> None:
    done = simulate(41, 4_000, 300, MemoryBook(), faults=replace(Faults(), **dict(faults)))
    assert done.violations == {}


# In PostgreSQL words that nobody approved cannot even be ordered: a constraint refuses the row.
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_over_postgresql(fresh_database: Urls, seed: int) -> None:
    deliveries, channels = IN_POSTGRES
    with postgres_book(fresh_database, channels) as book:
        done = simulate(seed, deliveries, channels, book, faults=replace(Faults(), unapproved=0.0))
    assert done.violations == {}
    assert sum(done.states.values()) >= deliveries


if IS_FULL:  # otherwise there is no such test: one that is skipped would leave a run incomplete

    def test_the_million_is_clean() -> None:
        size = ("--deliveries", "1000000", "--channels", "30000", "--seed", "1")
        code, found = played(*size, within_s=3_000)
        assert (code, found["violations"]) == (0, {})
