"""Kinds of test as processes: begun together, watched until the last has ended, each with its own home and its own time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ravi.cli.test_kinds import ROOT, Kind
from ravi.cli.test_report import Outcome, read_junit

NOTHING_COLLECTED = 5  # pytest's exit code
# What a developer's shell may say and a test must not hear. Without bytecode each process would compile all of Ravi.
HIDDEN = (
    "DATABASE_URL",
    "RAVI_OWNER_DATABASE_URL",
    "RAVI_ENGINE_DATABASE_URL",
    "RAVI_DEMO",
    "RAVI_PORT",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONSAFEPATH",  # a safe path hides the folder `tests`, which conftest and the architecture tests import from
)


class TestRun:
    """One kind under way. Alone it speaks as it goes; in company each says all of it when it has ended."""

    __test__ = False  # no test of pytest's

    def __init__(self, kind: Kind, folder: Path, *, is_full: bool, is_alone: bool) -> None:
        self.kind, self.folder = kind, folder
        self.said = None if is_alone else folder / "said.txt"
        self.code: int | None = None
        self.seconds = 0.0
        if is_alone:
            self.introduce()
        self._began = time.monotonic()
        self._process = self._start(environment(kind, folder, is_full=is_full))

    @property
    def junit(self) -> Path:
        return self.folder / "junit.xml"

    def introduce(self) -> None:
        print(f"\n== {self.kind.name}: {self.kind.title}", flush=True)

    def has_ended(self) -> bool:
        """Asked again and again; ends what takes longer than the kind may."""
        if self.seconds:
            return True
        self.code = self._process.poll()
        waited = time.monotonic() - self._began
        if self.code is None and waited < self.kind.limit_s:
            return False
        if self.code is None:
            self.end()
        self.seconds = waited
        if self.said:
            self.introduce()
            print(self.said.read_text(errors="replace"), end="", flush=True)
        return True

    def end(self) -> None:
        """As Ctrl-C does, then harder; children included."""
        for number, seconds in ((signal.SIGINT, 20), (signal.SIGKILL, None)):
            if self._process.poll() is None:
                os.killpg(self._process.pid, number)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            return

    def outcome(self) -> Outcome:
        name = self.kind.name
        if self.code is None:
            found = Outcome(name, failed=1, note=f"ended after {self.kind.limit_s} s without an answer")
        elif not self.kind.is_pytest:
            found = Outcome(name, passed=int(self.code == 0), failed=int(self.code != 0))
        elif self.code == NOTHING_COLLECTED:
            found = Outcome(name, note="no test of this kind was found")
        else:
            found = read_junit(name, self.junit, self.code)
        return found.after(self.seconds)

    def _start(self, env: dict[str, str]) -> subprocess.Popen[bytes]:
        argv = [word.format(python=sys.executable) for word in self.kind.command]
        if self.kind.is_pytest:
            argv += [f"--junit-xml={self.junit}", "-o", "junit_family=xunit2", "-o", f"cache_dir={self.folder}/cache"]
        if self.said is None:
            return subprocess.Popen(argv, cwd=ROOT, env=env, process_group=0)
        with self.said.open("wb") as said:
            return subprocess.Popen(argv, cwd=ROOT, env=env, process_group=0, stdout=said, stderr=said)


def watch(runs: Sequence[TestRun]) -> None:
    """Until all have ended; Ctrl-C ends them all."""
    try:
        while [run for run in runs if not run.has_ended()]:
            time.sleep(0.05)
    except KeyboardInterrupt:
        for run in runs:
            run.end()
        raise


def environment(kind: Kind, folder: Path, *, is_full: bool) -> dict[str, str]:
    """The caller's without what would mislead the tests, with a home of the kind's own."""
    kept = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '/usr/bin:/bin')}"
    kept |= {"PYTHONPATH": str(ROOT / "src"), "PATH": path, "RAVI_HOME": str(folder / "home"), **kind.environment}
    return kept | ({"RAVI_TEST_FULL": "1"} if is_full else {})
