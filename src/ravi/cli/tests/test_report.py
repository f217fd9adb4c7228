"""The verdict of `./ravi test`: its counts, its last word and its exit code."""

from pathlib import Path

import pytest

from ravi.cli.test import verdict
from ravi.cli.test_kinds import ADAPTERS_APART, KINDS, QUICK
from ravi.cli.test_report import Outcome, read_junit, table

JUNIT = """<testsuites><testsuite errors="1" failures="1" skipped="1" tests="5">
<testcase><skipped message="no such server"/></testcase></testsuite></testsuites>"""


def test_read_junit_counts(tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    path.write_text(JUNIT)
    assert read_junit("unit", path, 1) == Outcome("unit", 2, 2, 1, note="no such server")


def test_read_junit_crash_without_report_is_a_failure(tmp_path: Path) -> None:
    assert read_junit("unit", tmp_path / "none.xml", 3).failed == 1


def test_read_junit_bad_exit_with_clean_report_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    path.write_text('<testsuites><testsuite errors="0" failures="0" skipped="0" tests="3"/></testsuites>')
    assert read_junit("unit", path, 0) == Outcome("unit", 3)
    assert read_junit("unit", path, 2).failed == 1


@pytest.mark.parametrize(
    ("outcomes", "is_ci", "code", "last_word"),
    [
        ([Outcome("unit", passed=3)], False, 0, "PASSED"),
        ([Outcome("unit", passed=3)], True, 0, "PASSED"),
        ([Outcome("unit", passed=3), Outcome("servers", note="needs WordPress")], False, 0, "INCOMPLETE"),
        ([Outcome("unit", passed=3), Outcome("servers", note="needs WordPress")], True, 1, "INCOMPLETE"),
        ([Outcome("unit", passed=3, skipped=1)], True, 1, "INCOMPLETE"),
        ([Outcome("unit", passed=3, failed=1), Outcome("servers")], False, 1, "FAILED"),
    ],
)
def test_verdict(
    outcomes: list[Outcome], is_ci: bool, code: int, last_word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdict(outcomes, is_ci=is_ci) == code
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[-1].split()[-1] == last_word
    assert lines[0] == f"{sum(o.passed for o in outcomes)} passed, {sum(o.failed for o in outcomes)} failed"


def test_table_says_why_a_kind_did_not_run() -> None:
    lines = table([Outcome("servers", note="needs WordPress")], 1.0).splitlines()
    assert "incomplete" in lines[2]
    assert lines[2].endswith("needs WordPress")


def test_kinds_are_named_once() -> None:
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names)


def test_quick_is_the_unit_kind_with_the_adapters_and_without_what_is_slow() -> None:
    [unit] = [kind for kind in KINDS if kind.name == QUICK]
    assert ADAPTERS_APART in unit.command
    quick = unit.quick()
    assert ADAPTERS_APART not in quick.command
    assert any("and not slow" in word for word in quick.command)
    assert (quick.needs, dict(quick.environment)) == ((), {})  # a newcomer has no PostgreSQL but Ravi's own
