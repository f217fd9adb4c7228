"""`./ravi test`: runs every kind of test that this machine can run and says plainly what it could not."""

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import ravi
from ravi.cli.test_install import install
from ravi.cli.test_kinds import KINDS, QUICK, Kind
from ravi.cli.test_report import Outcome, table
from ravi.cli.test_run import TestRun, watch

ROOT = Path(ravi.__file__).parent.parent.parent


def add_parsers(subparsers: Any) -> None:
    parser = subparsers.add_parser("test", help="run the tests (from a clone, as ./ravi test)")
    parser.add_argument("--full", action="store_true", help="with the issues' whole figures")
    parser.add_argument("--quick", action="store_true", help="only unit and adapters, without what is slow")
    parser.add_argument(
        "--only",
        action="append",
        choices=[kind.name for kind in KINDS],
        metavar="KIND",
        help=", ".join(k.name for k in KINDS),
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if not (ROOT / "requirements" / "test.txt").is_file():
        print("The tests run from a clone: ./ravi test. An installed Ravi does not carry them.")
        return 2
    wanted = options.only or (
        [QUICK] if options.quick else [kind.name for kind in KINDS if options.full or not kind.only_full]
    )
    is_ci = os.environ.get("CI") == "true"
    began = time.monotonic()
    kinds = [kind.quick() if options.quick else kind for kind in KINDS if kind.name in wanted]
    outcomes: list[Outcome] = []
    for company in companies(kinds):
        outcomes += run_company(company, is_ci=is_ci, is_full=options.full)
    print(table(outcomes, time.monotonic() - began))
    return verdict(outcomes, is_ci=is_ci)


def verdict(outcomes: Sequence[Outcome], *, is_ci: bool) -> int:
    """Print the last lines; the last word says it all."""
    passed, failed = sum(one.passed for one in outcomes), sum(one.failed for one in outcomes)
    missing = [one for one in outcomes if one.is_incomplete]
    print(f"{passed} passed, {failed} failed")
    if failed:
        print(f"{', '.join(one.kind for one in outcomes if one.failed)}: FAILED")
        return 1
    if missing:
        print(f"Not run, or not whole: {', '.join(one.kind for one in missing)}. INCOMPLETE")
        return 1 if is_ci else 0
    print("PASSED")
    return 0


def companies(kinds: Sequence[Kind]) -> list[list[Kind]]:
    """In the table's order; neighbours that keep company stand together, each other kind alone."""
    found: list[list[Kind]] = []
    for kind in kinds:
        if kind.company and found and found[-1][0].company == kind.company:
            found[-1].append(kind)
        else:
            found.append([kind])
    return found


def run_company(kinds: Sequence[Kind], *, is_ci: bool, is_full: bool) -> list[Outcome]:
    """Start them all, and give what came of each in the same order."""
    with ExitStack() as stack:
        begun: list[TestRun | Outcome] = []
        for kind in kinds:
            lacking = _lacking(kind, is_ci=is_ci)
            if lacking:
                begun.append(Outcome(kind.name, note=lacking))
            else:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ravi-test-")))
                begun.append(TestRun(kind, folder, is_full=is_full, is_alone=len(kinds) == 1))
        watch([one for one in begun if isinstance(one, TestRun)])
        return [one if isinstance(one, Outcome) else one.outcome() for one in begun]


def _lacking(kind: Kind, *, is_ci: bool) -> str:
    """What this machine lacks for it and how to get it; empty when nothing, as after installing it in CI."""
    missing = [need for need in kind.needs if not need.is_here()]
    if missing and is_ci:
        install(missing)
        missing = [need for need in missing if not need.is_here()]
    return "; ".join(f"needs {need.name} ({need.advice})" for need in missing)
