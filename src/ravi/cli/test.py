"""`./ravi test`: runs every kind of test that this machine can run and says plainly what it could not."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ravi
from ravi.cli.test_kinds import KINDS, QUICK, Kind, Need
from ravi.cli.test_report import Outcome, read_junit, table

ROOT = Path(ravi.__file__).parent.parent.parent
NOTHING_COLLECTED = 5  # pytest's exit code
HIDDEN = ("DATABASE_URL", "RAVI_OWNER_DATABASE_URL", "RAVI_ENGINE_DATABASE_URL", "RAVI_DEMO", "RAVI_PORT")


def add_parsers(subparsers: Any) -> None:
    parser = subparsers.add_parser("test", help="run the tests (from a clone, as ./ravi test)")
    parser.add_argument("--full", action="store_true", help="with the issues' whole figures")
    parser.add_argument("--quick", action="store_true", help=f"only {' and '.join(QUICK)}, without what is slow")
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
    wanted = options.only or (list(QUICK) if options.quick else [kind.name for kind in KINDS])
    is_ci = os.environ.get("CI") == "true"
    began = time.monotonic()
    kinds = [kind.quick() if options.quick else kind for kind in KINDS if kind.name in wanted]
    outcomes = [run_kind(kind, is_ci=is_ci, is_full=options.full) for kind in kinds]
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


def run_kind(kind: Kind, *, is_ci: bool, is_full: bool) -> Outcome:
    print(f"\n== {kind.name}: {kind.title}", flush=True)
    began = time.monotonic()
    missing = [need for need in kind.needs if not need.is_here()]
    if missing and is_ci:
        _install(missing)
        missing = [need for need in missing if not need.is_here()]
    if missing:
        return Outcome(kind.name, note="; ".join(f"needs {need.name} ({need.advice})" for need in missing))
    with tempfile.TemporaryDirectory(prefix="ravi-test-") as folder:
        outcome = _run_here(kind, Path(folder), is_full=is_full)
    return outcome.after(time.monotonic() - began)


def _run_here(kind: Kind, folder: Path, *, is_full: bool) -> Outcome:
    junit = folder / "junit.xml"
    argv = [word.format(python=sys.executable) for word in kind.command]
    if kind.is_pytest:
        argv += [f"--junit-xml={junit}", "-o", "junit_family=xunit2", "-o", f"cache_dir={folder}/cache"]
    code = _call(argv, _environment(kind, folder, is_full=is_full), kind.limit_s)
    if code is None:
        return Outcome(kind.name, failed=1, note=f"ended after {kind.limit_s} s without an answer")
    if not kind.is_pytest:
        return Outcome(kind.name, passed=int(code == 0), failed=int(code != 0))
    if code == NOTHING_COLLECTED:
        return Outcome(kind.name, note="no test of this kind was found")
    return read_junit(kind.name, junit, code)


def _call(argv: Sequence[str], env: dict[str, str], limit_s: int) -> int | None:
    """The exit code; None when it took too long and was ended."""
    process = subprocess.Popen(argv, cwd=ROOT, env=env, process_group=0)
    try:
        return process.wait(limit_s)
    except (subprocess.TimeoutExpired, KeyboardInterrupt) as reason:
        os.killpg(process.pid, 2)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
        if isinstance(reason, KeyboardInterrupt):
            raise
        return None


def _environment(kind: Kind, folder: Path, *, is_full: bool) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '/usr/bin:/bin')}"
    kept |= {"PYTHONPATH": str(ROOT / "src"), "PATH": path, "RAVI_HOME": str(folder / "home"), **kind.environment}
    # A safe path hides the folder `tests`, which conftest and the architecture tests import from.
    kept.pop("PYTHONSAFEPATH", None)
    return kept | ({"RAVI_TEST_FULL": "1"} if is_full else {})


def _install(needs: Sequence[Need]) -> None:
    for need in needs:
        if need.environment:
            _make_environment(need.environment)
    packages = [package for need in needs for package in need.packages]
    if not packages or os.geteuid() != 0:
        return
    print(f"installing {' '.join(packages)} ...", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for argv in (["apt-get", "update", "-q"], ["apt-get", "install", "-qy", "--no-install-recommends", *packages]):
        subprocess.run(argv, env=quiet, stdout=subprocess.DEVNULL, check=False)


def _make_environment(name: str) -> None:
    """A virtual environment in .ravi with the locked packages of requirements/NAME.txt; nothing of it enters Ravi's own."""
    folder = ROOT / ".ravi" / name
    lock = ROOT / "requirements" / f"{name}.txt"
    print(f"installing {lock.name} into {folder} ...", flush=True)
    for argv in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(lock)],
    ):
        subprocess.run(argv, stdout=subprocess.DEVNULL, check=False)
