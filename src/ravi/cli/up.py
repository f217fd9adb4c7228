"""`ravi up`: starts PostgreSQL, web, engine, jobs and (in a demo) the sandbox, in that order of need, and ends them again."""

import argparse
import http.client
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

import ravi
from ravi.cli.environment import Environment
from ravi.cli.home import Home, HomeUnusable, home_folder
from ravi.cli.keys import Keys, load_keys
from ravi.cli.ports import NoFreePort, free_port
from ravi.cli.postgres import PostgresUnavailable
from ravi.cli.process import identify, spawn
from ravi.cli.schema import code_print, is_migrated, note_migrated
from ravi.cli.server import Database, ExternalDatabase, ManagedDatabase
from ravi.cli.supervisor import Service, StopAsked, Supervisor
from ravi.cli.web import HEALTH

DEFAULT_PORT = 8000
SANDBOX_PORT = 8600
READY_WITHIN_S = 60.0
BEHIND = 3  # what ravi.core.database says of an earlier version's tables
ENGINE_DRAINS_S = 40.0
JOBS_END_S = 12.0
STOP_ORDER = ("web", "jobs", "engine", "PostgreSQL", "sandbox")
PEOPLE = ("head", "editor", "expert", "unit-head", "officer", "auditor")


class StartFailed(Exception):
    """A part did not start; the message says which, and where to read more."""


def add_parsers(subparsers: Any) -> None:
    parser = subparsers.add_parser("up", help="start everything; Ctrl-C ends it")
    parser.add_argument("--demo", action="store_true", help="with a Persian demo institution: 60 units, 360 channels")
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, metavar="N", help="default %(default)s, else the next"
    )
    parser.set_defaults(run=run)


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return port


def run(options: argparse.Namespace) -> int:
    home = Home(home_folder())
    supervisor = Supervisor(say=say, cwd=home.path)
    try:
        home.prepare()
        lock = home.take_lock(supervisor.check)
        start = Start(home, supervisor, lock, wanted_port=options.port, wants_demo=options.demo)
        return start.run_all()
    except StopAsked:
        say("Stopped.")
        return 0
    except (HomeUnusable, NoFreePort, PostgresUnavailable, StartFailed, psycopg.OperationalError) as problem:
        say(str(problem))
        return 1


def say(text: str) -> None:
    try:
        print(text, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the terminal is gone; Ravi goes on ending


@dataclass
class Start:
    """One run of `ravi up`, from the locked home to the last process ended."""

    home: Home
    supervisor: Supervisor
    lock: int
    wanted_port: int
    wants_demo: bool
    began: float = field(default_factory=time.monotonic)
    environment: Environment = field(init=False)
    database: Database = field(init=False)
    keys: Keys = field(init=False)
    is_ready: bool = False

    def run_all(self) -> int:
        self.home.ready.unlink(missing_ok=True)
        self.home.rotate_logs()
        try:
            self._start_all()
            self.supervisor.run_until_asked()
        finally:
            self._end_all()
        return 0

    def _start_all(self) -> None:
        self.supervisor.cwd = self.home.path
        self.supervisor.changed = self._note
        self.supervisor.chore = self.home.rotate_logs
        self.keys = load_keys(self.home)
        self.database = self._choose_database()
        self._choose_ports()
        say(f"Ravi starts in {self.home.path}")
        self._start("web", "ravi.cli.web", self.environment.web(), stop_s=12.0)
        self._start_database()
        self._migrate()
        if self.environment.sandbox_port:
            self._start_sandbox()
            self._load_demo()
        self._start("engine", "ravi.cli", self.environment.engine(), "engine", stop_s=ENGINE_DRAINS_S)
        self._open_doors()
        # Last: people need not wait for it, and it needs nothing of theirs.
        self._start("jobs", "ravi.cli", self.environment.jobs(), "jobs", stop_s=JOBS_END_S)

    def _choose_database(self) -> Database:
        if os.environ.get("DATABASE_URL"):
            return ExternalDatabase.from_environment()
        return ManagedDatabase.of(self.home, self.keys.database_passwords)

    def _choose_ports(self) -> None:
        port = free_port(self.wanted_port)
        if port != self.wanted_port:
            say(f"Port {self.wanted_port} is taken by another program; Ravi takes {port}.")
        note = self.home.path / "demo"
        sandbox_port = None
        if self.wants_demo or note.exists():
            kept = int(note.read_text()) if note.exists() else SANDBOX_PORT
            sandbox_port = free_port(kept if kept != port else kept + 1)
            note.write_text(f"{sandbox_port}\n")
        self.environment = Environment(self.home, self.keys, self.database.urls, port, sandbox_port)

    def _start(self, name: str, module: str, env: dict[str, str], *arguments: str, stop_s: float) -> None:
        log = self.home.log(name)

        def make() -> subprocess.Popen[bytes]:
            with log.open("ab") as sink:
                argv = [sys.executable, "-m", module, *arguments]
                return spawn(argv, env=env, cwd=self.home.path, log=sink, pass_fds=(self.lock,))

        self.supervisor.start(Service(name, make, log, stop_s))

    def _start_database(self) -> None:
        began = time.monotonic()
        managed = self.database
        if isinstance(managed, ManagedDatabase):
            if managed.is_new:
                say("Making the database ...")

            def make() -> subprocess.Popen[bytes]:
                return managed.start(self.supervisor.check)

            log = managed.cluster.log
            self.supervisor.start(Service("PostgreSQL", make, log, stop_s=30.0, halt=managed.cluster.stop))
        say(f"{self.database.describe()}, {time.monotonic() - began:.1f} s")

    def _step(self, name: str, module: str, env: dict[str, str], *arguments: str, doing: str) -> None:
        began = time.monotonic()
        log = self.home.log(name)
        code = self.supervisor.run_step([sys.executable, "-m", module, *arguments], env, log)
        if code == BEHIND:
            raise StartFailed(
                "This Ravi is newer than its database: run `ravi upgrade`, which makes a backup first and knows the way "
                "back. Nothing was changed."
            )
        if code != 0:
            raise StartFailed(f"{doing} failed (exit {code}): {_last_line(log)} See {log}. Nothing else was changed.")
        say(f"{doing}: done, {time.monotonic() - began:.1f} s")

    def _migrate(self) -> None:
        owner, now = self.environment.databases.owner, code_print()
        if is_migrated(owner, now):
            return
        # A demo follows its code; people's data take the way with a backup.
        arguments = () if self.environment.sandbox_port else ("--new-only",)
        environment = self.environment.migrate()
        self._step("migrate", "ravi.core.database", environment, *arguments, doing="Tables and access rules")
        note_migrated(owner, now)

    def _start_sandbox(self) -> None:
        arguments = ("--port", str(self.environment.sandbox_port), "--folder", str(self.home.sandbox))
        self._start("sandbox", "ravi.platforms.sandbox.server", self.environment.sandbox(), *arguments, stop_s=8.0)
        self._await("sandbox", self.environment.sandbox_port or 0, "/", lambda _status: True)

    def _load_demo(self) -> None:
        self._step("demo", "ravi.demo", self.environment.demo(), doing="Demo institution")

    def _open_doors(self) -> None:
        self._await("web", self.environment.port, HEALTH, lambda status: status == 200)
        self.home.ready.touch()
        self.is_ready = True
        self._note()
        say(self._welcome())

    def _await(self, name: str, port: int, path: str, is_good: Any) -> None:
        give_up = time.monotonic() + READY_WITHIN_S
        status = 0
        while time.monotonic() < give_up:
            self.supervisor.check()
            self.supervisor.watch()
            status = _ask(port, path)
            if status and is_good(status):
                return
            time.sleep(0.05)
        raise StartFailed(f"{name} does not answer (last answer: {status or 'none'}). See {self.home.log(name)}.")

    def _welcome(self) -> str:
        lines = ["", f"Ravi is ready after {time.monotonic() - self.began:.0f} s: {self._url()}"]
        if self.environment.sandbox_port:
            lines += [
                f"People: {', '.join(PEOPLE)}",
                f"Password of each: {self.keys.demo_password}",
                f"The practice platforms: http://localhost:{self.environment.sandbox_port}/",
                "This is a demo: its people need no second factor, and nothing leaves this machine.",
            ]
        elif self._is_empty():
            lines += [
                "No institution stands here yet. From another terminal, with a name and a user name of your own:",
                '  ravi found SLUG --name "NAME" --head USER --head-name "NAME"',
            ]
        return "\n".join([*lines, "Ctrl-C ends it."])

    def _is_empty(self) -> bool:
        with psycopg.connect(self.environment.databases.owner, connect_timeout=10) as connection:
            return connection.execute("SELECT 1 FROM accounts_institution LIMIT 1").fetchone() is None

    def _url(self) -> str:
        domain = os.environ.get("RAVI_DOMAIN", "localhost")
        return f"http://localhost:{self.environment.port}/" if domain == "localhost" else f"https://{domain}/"

    def _note(self) -> None:
        """Write down what runs, for `ravi publish`, `ravi doctor` and the next start."""
        found = {"up": identify(os.getpid())} | {
            name: service.identity() for name, service in self.supervisor.services.items()
        }
        urls = self.environment.databases
        self.home.write_state(
            {
                "version": ravi.__version__,
                "url": self._url(),
                "sandbox_url": self.environment.sandbox_url,
                "is_demo": self.environment.sandbox_port is not None,
                "is_ready": self.is_ready,
                "environment": self.environment.web_settings(),
                "databases": {"owner": urls.owner, "web": urls.web, "engine": urls.engine},
                "processes": {name: [one.pid, one.started] for name, one in found.items() if one},
            }
        )

    def _end_all(self) -> None:
        if self.supervisor.services:
            say("Ending ...")
        self.home.ready.unlink(missing_ok=True)
        self.supervisor.stop(STOP_ORDER)
        self.home.state.unlink(missing_ok=True)
        say("Ended. Everything is kept.")


def _ask(port: int, path: str) -> int:
    """The status of a GET on this machine; 0 when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        # The web answers to its own name only.
        connection.request("GET", path, headers={"Host": os.environ.get("RAVI_DOMAIN", "localhost")})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it said nothing."
