"""A RAVI_HOME: its folders, its lock (one Ravi at a time) and the note about the Ravi that runs in it."""

import fcntl
import json
import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ravi.cli.log_file import rotate
from ravi.cli.postgres.place import write_private
from ravi.cli.process import ProcessId, holders_of, is_alive, signal_process

GHOSTS_END_WITHIN_S = 45.0
FOLLOWED = ("web", "engine", "jobs")  # whose processes write through ravi.core.stderr
NUDGES = ((2.0, signal.SIGTERM), (8.0, signal.SIGKILL))


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
        """Move logs that have grown large aside; the oldest go."""
        for path in (self.path / "log").glob("*.log"):
            with suppress(OSError):  # a full disk: what was written stays where it is
                rotate(path, is_followed=path.stem in FOLLOWED)

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
