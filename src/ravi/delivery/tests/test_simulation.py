"""The simulator itself: it drives the product's modules, repeats to the byte, and its mutants stand in today's source."""

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ravi.delivery.simulation.book import MemoryBook
from ravi.delivery.simulation.faults import CALM, Faults
from ravi.delivery.simulation.mutants import MUTANTS, Mutant, break_source
from ravi.delivery.simulation.run import simulate

SRC = Path(__file__).parents[3]
LOADED = (
    "import sys, ravi.delivery.worker\n"
    "print(*(name for name in sys.modules if name.startswith('ravi.delivery.engine.')))"
)
# What no unit test brings about: mutants do (see docs/simulation.md).
FOUND_BY_MUTANTS_ONLY = {
    "left to people where Ravi could have looked",
    "a removal was held by a stop that lets removals go on",
}


def run_ravi(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ravi.cli", "simulate", *arguments]
    around = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SRC), **environment}
    return subprocess.run(command, env=around, capture_output=True, text=True, timeout=600, check=False)


def test_without_faults_every_copy_goes_once():
    done = simulate(1, 1_000, 100, MemoryBook(), faults=CALM)
    assert (done.states, done.violations, done.calls) == ({"sent": 1_000}, {}, 1_000)


@pytest.mark.parametrize("seed", [1, 2])
def test_with_every_fault_nothing_is_doubled_lost_late_or_out_of_order(seed):
    done = simulate(seed, 2_000, 150, MemoryBook(), faults=replace(Faults(), stop_every_s=20.0, killed_every_s=10.0))
    assert done.violations == {}
    assert done.happened["kills"] > 5
    assert set(done.states) <= {"sent", "failed", "missed", "cancelled", "unknown"}


def test_every_module_of_the_engine_that_ravi_engine_loads_runs_here():
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SRC)}, capture_output=True, text=True, timeout=60, check=True,
    ).stdout.split()  # fmt: skip
    assert len(loaded) >= 12
    done = run_ravi("--deliveries", "3000", "--channels", "200", "--json")
    assert done.returncode == 0, done.stderr
    assert set(loaded) <= set(json.loads(done.stdout)["modules"])


def test_one_seed_is_one_run_to_the_byte():
    size = ("--deliveries", "800", "--channels", "60", "--seed", "5", "--json")
    runs = [json.loads(run_ravi(*size, PYTHONHASHSEED=number).stdout) for number in ("1", "2")]
    for run in runs:
        run.pop("seconds")
    assert runs[0] == runs[1]
    assert run_ravi(*size[:-3], "--seed", "6", "--json").stdout != ""
    assert json.loads(run_ravi(*size[:-3], "--seed", "6", "--json").stdout)["digest"] != runs[0]["digest"]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_the_line_that_a_mutant_breaks_stands_exactly_once(mutant: Mutant):
    spec = importlib.util.find_spec(mutant.module)
    assert spec is not None and spec.origin is not None
    source = Path(spec.origin).read_text(encoding="utf-8")
    broken = break_source(source, mutant)
    compile(broken, spec.origin, "exec")
    assert sum(a != b for a, b in zip(source.splitlines(), broken.splitlines(), strict=True)) == 1


def test_there_are_enough_mutants_of_the_engine_itself():
    assert len(MUTANTS) >= 14
    assert sum(mutant.module.startswith("ravi.delivery.engine.") for mutant in MUTANTS) >= 14


def test_wrong_use_is_a_sentence():
    done = run_ravi("--mutant", "no-such-thing")
    assert done.returncode == 2 and "--list-mutants" in done.stderr
    assert run_ravi("--deliveries", "0").returncode == 2
    assert len(run_ravi("--list-mutants").stdout.split()) == len(MUTANTS)
