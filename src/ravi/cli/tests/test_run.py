"""Kinds of test as processes: in company they run at the same time, and none runs for ever."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ravi.cli.test import companies, run_company
from ravi.cli.test_kinds import KINDS, Kind, Need
from ravi.cli.test_run import environment

MEET = """
import pathlib, sys, time
mine, other = map(pathlib.Path, sys.argv[1:])
mine.touch()
for _ in range(600):
    if other.exists():
        print(mine.name, "met", other.name)
        sys.exit()
    time.sleep(0.05)
sys.exit("nobody came")
"""
FAILS = Kind("fails", "a failure", (sys.executable, "-c", "print('why'); raise SystemExit(3)"))


def meeting(mine: Path, other: Path) -> Kind:
    return Kind(mine.name, "waits for the other", (sys.executable, "-c", MEET, str(mine), str(other)), company="pair")


def test_kinds_in_company_run_at_the_same_time_and_each_says_its_own(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    outcomes = run_company([meeting(one, two), meeting(two, one)], is_ci=False, is_full=False)
    assert [(came.kind, came.passed, came.failed) for came in outcomes] == [("one", 1, 0), ("two", 1, 0)]
    assert all(came.seconds > 0 for came in outcomes)
    said = capfd.readouterr().out
    for mine, other in (("one", "two"), ("two", "one")):
        assert f"== {mine}: waits for the other\n{mine} met {other}\n" in said


def test_one_that_fails_or_cannot_run_leaves_the_others_theirs(capfd: pytest.CaptureFixture[str]) -> None:
    lacks = Kind("lacks", "", ("false",), needs=(Need("a moon", (), lambda: False),))
    passes = replace(FAILS, name="passes", command=(sys.executable, "-c", ""))
    outcomes = run_company([FAILS, lacks, passes], is_ci=False, is_full=False)
    assert [came.word for came in outcomes] == ["FAILED", "incomplete", "passed"]
    assert "needs a moon" in outcomes[1].note
    assert "why" in capfd.readouterr().out


@pytest.mark.parametrize("beside", [0, 1])
def test_what_takes_too_long_is_ended_and_failed(beside: int) -> None:
    sleeps = Kind("sleeps", "", (sys.executable, "-c", "import time; time.sleep(600)"), limit_s=1)
    came = run_company([sleeps, *[replace(sleeps, name="too")] * beside], is_ci=False, is_full=False)
    assert {(one.failed, one.note) for one in came} == {(1, "ended after 1 s without an answer")}


def test_companies_are_neighbours_and_the_tables_order_stays() -> None:
    found = companies(KINDS)
    assert [kind for company in found for kind in company] == list(KINDS)
    names = [company[0].company for company in found if company[0].company]
    assert len(names) == len(set(names))
    assert all(len({kind.company for kind in company}) == 1 for company in found)
    assert all(len(company) == 1 for company in found if not company[0].company)


def test_each_kind_has_a_home_of_its_own_and_nothing_of_the_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "RAVI_DEMO", "PYTHONDONTWRITEBYTECODE", "PYTHONSAFEPATH"):
        monkeypatch.setenv(name, "1")
    given = environment(replace(FAILS, environment={"RAVI_POSTGRES": "wheel"}), tmp_path, is_full=True)
    assert not {"DATABASE_URL", "RAVI_DEMO", "PYTHONDONTWRITEBYTECODE", "PYTHONSAFEPATH"} & set(given)
    assert (given["RAVI_HOME"], given["RAVI_POSTGRES"], given["RAVI_TEST_FULL"]) == (
        str(tmp_path / "home"), "wheel", "1",
    )  # fmt: skip
