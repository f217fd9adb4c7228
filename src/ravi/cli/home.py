"""A RAVI_HOME: its folders, its lock (one Ravi at a time) and the note about the Ravi that runs in it."""

import fcntl
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ravi.cli.postgres.place import write_private
from ravi.cli.process import ProcessId, holders_of, is_alive, signal_process

GHOSTS_END_WITHIN_S = 45.0
NUDGES = ((2.0, signal.SIGTERM), (8.0, signal.SIGKILL))
LOG_BYTES = 10_000_000
LOG_COPIES = 5
TAIL_BYTES = 65_536


class HomeUnusable(Exception):
    """The home cannot be used now; the message is a sentence that says why and what to do."""


@dataclass(frozen=True)
class Home:
    """The folder that holds everything of one Ravi but the code."""

    path: Path

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def sandbox(self) -> Path:
        return self.path / "sandbox"

    @property
    def ready(self) -> Path:
        """Exists while everything runs: until then the web answers 503."""
        return self.run / "ready"

    @property
    def state(self) -> Path:
        return self.run / "state.json"

    def log(self, name: str) -> Path:
        return self.path / "log" / f"{name}.log"

    def prepare(self) -> None:
        """Make the folders (0700); refuse a home that is another user's. Raises HomeUnusable."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._check_owner()
            for folder in (self.run, self.keys, self.sandbox, self.path / "log"):
                folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise HomeUnusable(
                f"RAVI_HOME {self.path} cannot be used: {error.strerror}. Nothing was changed."
            ) from error

    def _check_owner(self) -> None:
        owner = self.path.stat().st_uid
        if owner != os.geteuid():
            raise HomeUnusable(
                f"RAVI_HOME {self.path} belongs to user number {owner}: start Ravi as that user, "
                "or set RAVI_HOME to a folder of your own. Nothing was changed."
            )

    def rotate_logs(self) -> None:
        """Copy logs that have grown large aside and empty them; the oldest copies go."""
        for path in (self.path / "log").glob("*.log"):
            with suppress(OSError):  # a full disk: what was written stays where it is
                rotate(path)

    def take_lock(self, check: Callable[[], None]) -> int:
        """An flock that web, engine and sandbox inherit: once it is ours, none of an earlier Ravi lives.

        Waits for the children of a killed Ravi to end. Raises HomeUnusable when a living Ravi holds it.
        """
        descriptor = os.open(self.run / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        began, nudges = time.monotonic(), list(NUDGES)
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waited = time.monotonic() - began
            else:
                return descriptor
            self._refuse_if_running(descriptor, waited)
            if nudges and waited > nudges[0][0]:
                number = nudges.pop(0)[1]
                for pid in holders_of(self.run / "lock"):
                    signal_process(pid, number)
            check()
            time.sleep(0.1)

    def _refuse_if_running(self, descriptor: int, waited: float) -> None:
        current = read_running(self)
        if current is not None:
            os.close(descriptor)
            raise HomeUnusable(f"Ravi already runs in {self.path}: {current.url}")
        if waited > GHOSTS_END_WITHIN_S:
            pids = ", ".join(map(str, holders_of(self.run / "lock")))
            os.close(descriptor)
            raise HomeUnusable(f"Processes of an earlier Ravi do not end (pids {pids}): end them and start again.")

    def write_state(self, state: Mapping[str, Any]) -> None:
        write_private(self.state, json.dumps(state, indent=1))


def rotate(path: Path, *, most_bytes: int = LOG_BYTES, copies: int = LOG_COPIES) -> bool:
    """Keep `path` below a size, with some copies beside it (`.1` is the youngest); whether it was its time.

    Processes hold the file open for appending, so it is copied and emptied, not moved. What they write between the last
    byte copied and the emptying is lost: the copy is made first, so that this is a moment. journald loses nothing.
    """
    if path.stat().st_size <= most_bytes:
        return False
    fresh = path.with_name(f"{path.name}.new")
    with path.open("rb") as source, fresh.open("w+b") as target:
        shutil.copyfileobj(source, target)
        for number in range(copies - 1, 0, -1):
            older = path.with_name(f"{path.name}.{number}")
            if older.exists():
                older.replace(path.with_name(f"{path.name}.{number + 1}"))
        shutil.copyfileobj(source, target)
        os.truncate(path, 0)
        _cut_torn_end(target)
    fresh.replace(path.with_name(f"{path.name}.1"))
    return True


def _cut_torn_end(copied: BinaryIO) -> None:
    """A line that was being written while it was read ends in the middle: it goes, as what came after it does."""
    size = copied.seek(0, os.SEEK_END)
    start = max(0, size - TAIL_BYTES)
    copied.seek(start)
    last_end = copied.read().rfind(b"\n")
    if last_end >= 0:
        copied.truncate(start + last_end + 1)


@dataclass(frozen=True)
class Running:
    """The Ravi that runs in a home. `environment` is what its web process was given; it holds secrets."""

    url: str
    sandbox_url: str
    is_demo: bool
    is_ready: bool
    environment: Mapping[str, str]
    databases: Mapping[str, str]
    processes: Mapping[str, ProcessId]


def home_folder() -> Path:
    """RAVI_HOME, else `ravi` in the user's data folder (XDG base directories)."""
    named = os.environ.get("RAVI_HOME")
    if named:
        return Path(named).expanduser().absolute()
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share").absolute() / "ravi"


def running() -> Running | None:
    """The Ravi that runs in this user's home; None when none does."""
    return read_running(Home(home_folder()))


def read_running(home: Home) -> Running | None:
    try:
        state = json.loads(home.state.read_text())
        processes = {name: ProcessId(*pair) for name, pair in state["processes"].items()}
        found = Running(
            url=state["url"],
            sandbox_url=state["sandbox_url"],
            is_demo=state["is_demo"],
            is_ready=state["is_ready"],
            environment=state["environment"],
            databases=state["databases"],
            processes=processes,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if is_alive(processes["up"]) else None
