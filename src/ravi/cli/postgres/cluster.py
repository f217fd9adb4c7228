"""Runs one PostgreSQL cluster as our direct child, on a unix socket only; the next start just works after any death."""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from ravi.cli.postgres.binaries import Binaries, PostgresUnavailable, private_copy
from ravi.cli.postgres.place import SOCKET_NAME, Place
from ravi.cli.process import ProcessId, holders_of, identify, is_alive, signal_process, spawn

SUPERUSER = "postgres"
DATABASE = "ravi"
READY_WITHIN_S = 300.0  # crash recovery of a large database takes its time
STOP_WITHIN_S = 20.0
EARLIER_ENDS_WITHIN_S = 40.0
NUDGES = ((3.0, signal.SIGINT), (8.0, signal.SIGQUIT), (12.0, signal.SIGKILL))

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # A statement that fails would be logged with its values, which are people's words.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "jit": "off",  # compiling a plan takes longer than any question of Ravi
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "password_encryption": "scram-sha-256",
}
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def data_major(data: Path) -> int | None:
    """The major version that wrote this data folder; None when there is no data yet."""
    try:
        return int((data / "PG_VERSION").read_text().strip())
    except FileNotFoundError:
        return None


@dataclass
class Cluster:
    """One data folder with its server. `passwords` maps role names to passwords; `fast` gives up durability."""

    place: Place
    binaries: Binaries
    passwords: Mapping[str, str]
    log: Path
    fast: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def url(self, role: str = SUPERUSER, database: str = DATABASE) -> str:
        return f"postgresql://{role}:{quote(self.passwords[role])}@/{database}?host={quote(str(self.place.socket), '')}"

    def start(self, *, check: Callable[[], None] = lambda: None) -> None:
        """Make the data folder if needed, wait for an earlier server to end, start ours, return when it answers.

        `check` is called while waiting and may raise to give up.
        """
        if self.binaries.source == "wheel" and self.place.user:
            self.binaries = private_copy(self.binaries, self.place.folder)
        lock = self._take_lock(check)
        try:
            self._sweep()
            if data_major(self.place.data) is None:
                self._initialise()
            self._forget_earlier_server()
            self.process = self._spawn(lock)
        finally:
            os.close(lock)
        self._wait_until_ready(check)

    def stop(self) -> None:
        """Fast shutdown; harder when it does not come."""
        if self.process is None:
            return
        for number, seconds in ((signal.SIGINT, STOP_WITHIN_S), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
            if self.process.poll() is None:
                self.process.send_signal(number)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            return

    def _take_lock(self, check: Callable[[], None]) -> int:
        """An flock that the server and each of its backends inherit: free means that none of them lives."""
        descriptor = os.open(self.place.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        began, nudges = time.monotonic(), list(NUDGES)
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waited = time.monotonic() - began
            else:
                _sign(descriptor)
                return descriptor
            check()
            if _is_signer_alive(descriptor) or waited > EARLIER_ENDS_WITHIN_S:
                os.close(descriptor)
                raise PostgresUnavailable(
                    f"Another Ravi uses the database in {self.place.folder}: end it first (Ctrl-C where it runs)."
                )
            if nudges and waited > nudges[0][0]:
                self._nudge(nudges.pop(0)[1])
            time.sleep(0.1)

    def _nudge(self, number: signal.Signals) -> None:
        for pid in holders_of(self.place.lock):
            signal_process(pid, number)

    def _forget_earlier_server(self) -> None:
        """The lock is ours and every server process holds it: a pid in these files is a newcomer's or a zombie's."""
        socket = self.place.socket / SOCKET_NAME
        for path in (self.place.data / "postmaster.pid", socket, socket.with_name(f"{SOCKET_NAME}.lock")):
            path.unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Remove what a killed initdb or copy left half-way."""
        for half in (*self.place.folder.glob(".data.*"), *self.place.folder.glob(".wheel-*")):
            shutil.rmtree(half, ignore_errors=True)

    def _initialise(self) -> None:
        folder, user = self.place.folder, self.place.user
        half = folder / f".data.{os.getpid()}"
        password = folder / f".data.{os.getpid()}.password"
        password.write_text(self.passwords[SUPERUSER] + "\n")
        password.chmod(0o600)
        if user:
            os.chown(password, user.uid, user.gid)
        locale = ["--locale=C.UTF-8", *(["--locale-provider=builtin"] if self.binaries.major >= 17 else [])]
        options = ["--encoding=UTF8", *locale, f"--username={SUPERUSER}", f"--pwfile={password}"]
        options += ["--auth=scram-sha-256", "--no-instructions", *(["--no-sync"] if self.fast else [])]
        try:
            with self.log.open("ab") as log:
                argv: list[str | Path] = [self.binaries.program("initdb"), *options, "-D", half]
                code = spawn(argv, env=self._environment(), cwd=folder, log=log, user=user).wait(120)
        finally:
            password.unlink(missing_ok=True)
        if code != 0:
            shutil.rmtree(half, ignore_errors=True)
            raise PostgresUnavailable(f"PostgreSQL could not make its data folder: see {self.log}.{self._why()}")
        (half / "pg_hba.conf").write_text("local all all scram-sha-256\n")
        half.rename(self.place.data)
        _fsync_folder(folder)

    def _spawn(self, lock: int) -> subprocess.Popen[bytes]:
        settings = SETTINGS | {"unix_socket_directories": str(self.place.socket)} | (FAST_SETTINGS if self.fast else {})
        argv: list[str | Path] = [self.binaries.program("postgres"), "-D", self.place.data]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            return spawn(
                argv,
                env=self._environment(),
                cwd=self.place.folder,
                log=log,
                user=self.place.user,
                death_signal=signal.SIGINT,
                pass_fds=(lock,),
            )

    def _environment(self) -> dict[str, str]:
        return {"PATH": f"{self.binaries.bin}:/usr/bin:/bin", "LC_ALL": "C"}

    def _wait_until_ready(self, check: Callable[[], None]) -> None:
        assert self.process is not None
        give_up = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < give_up:
            check()
            try:
                psycopg.connect(self.url(database="postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
            else:
                return
        self.stop()
        raise PostgresUnavailable(f"PostgreSQL {self.binaries.version} did not start: see {self.log}.{self._why()}")

    def _why(self) -> str:
        """The last line of the log that says what went wrong."""
        lines = self.log.read_text(errors="replace").splitlines()[-30:] if self.log.exists() else []
        causes = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:", "No space"))]
        return f" It says: {causes[-1].strip()}" if causes else ""


def _sign(lock: int) -> None:
    """Write into the lock who started the server: while that process lives, the server is not a ghost."""
    me = identify(os.getpid())
    assert me is not None
    os.truncate(lock, 0)
    os.pwrite(lock, f"{me.pid} {me.started}".encode(), 0)


def _is_signer_alive(lock: int) -> bool:
    words = os.pread(lock, 100, 0).split()
    if len(words) != 2:
        return False
    signer = ProcessId(int(words[0]), int(words[1]))
    return signer.pid != os.getpid() and is_alive(signer)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
