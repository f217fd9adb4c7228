"""Keeps a few long-running processes alive, says when one dies, ends them in order; knows nothing of what they do."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from ravi.cli.process import ProcessId, identify, signal_group, spawn

FIRST_DELAY_S, LAST_DELAY_S = 0.5, 30.0
STEADY_AFTER_S = 60.0
TICK_S = 0.1
CHORE_EVERY_S = 30.0
PR_SET_CHILD_SUBREAPER = 36


class StopAsked(Exception):
    """Someone pressed Ctrl-C or sent SIGTERM while we were starting."""


@dataclass
class Service:
    """A process to keep alive. `make` starts it; `stop_s` is its time to end by itself after SIGTERM."""

    name: str
    make: Callable[[], subprocess.Popen[bytes]]
    log: Path
    stop_s: float
    halt: Callable[[], None] | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    delay_s: float = FIRST_DELAY_S
    again_at: float | None = None

    def identity(self) -> ProcessId | None:
        return identify(self.process.pid) if self.process else None


@dataclass
class Supervisor:
    """Starts services, watches them and ends them, newest promise first: the order is given to `stop`."""

    say: Callable[[str], None]
    cwd: Path
    changed: Callable[[], None] = lambda: None
    chore: Callable[[], None] = lambda: None
    services: dict[str, Service] = field(default_factory=dict)
    asked: int = 0

    def __post_init__(self) -> None:
        # A shell that starts us in the background leaves SIGINT ignored: our own handlers, always.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        # Grandchildren of a killed child come to us, so that we can reap them.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def check(self) -> None:
        """Call in every wait of the start. Raises StopAsked."""
        if self.asked:
            raise StopAsked

    def start(self, service: Service) -> None:
        service.process = service.make()
        service.started_at = time.monotonic()
        service.again_at = None
        self.services[service.name] = service
        self.changed()

    def run_step(self, argv: Sequence[str], env: Mapping[str, str], log: Path) -> int:
        """Run a short-lived child to its end, showing its stdout; gives its exit code. Raises StopAsked."""
        self.check()
        told = log.with_suffix(".told")
        with log.open("ab") as sink, told.open("wb") as stdout:
            process = spawn(argv, env=env, cwd=self.cwd, log=sink, stdout=stdout)
        shown = _Tail(told, self.say)
        try:
            while process.poll() is None:
                self.check()
                self.watch()
                shown.show()
                time.sleep(TICK_S)
        finally:
            if process.poll() is None:
                _end(process, 5.0, lambda: False)
            shown.show()
        return process.returncode

    def watch(self) -> None:
        """One look at everybody: who died is named and started again after a while."""
        self._reap_strangers()
        now = time.monotonic()
        for service in self.services.values():
            if service.again_at is not None:
                if now >= service.again_at:
                    self._start_again(service)
            elif service.process is not None and service.process.poll() is not None:
                self._mourn(service, service.process, now)

    def _mourn(self, service: Service, process: subprocess.Popen[bytes], now: float) -> None:
        signal_group(process, signal.SIGKILL)  # whatever it left behind holds its port or its rows
        if now - service.started_at > STEADY_AFTER_S:
            service.delay_s = FIRST_DELAY_S
        service.again_at = now + service.delay_s
        self.say(
            f"{service.name} ended ({_how(process)}); starting it again in {service.delay_s:g} s. See {service.log}"
        )
        service.delay_s = min(service.delay_s * 2, LAST_DELAY_S)
        self.changed()

    def _start_again(self, service: Service) -> None:
        try:
            self.start(service)
        except StopAsked:
            return
        except Exception as error:  # a supervisor goes on
            service.again_at = time.monotonic() + service.delay_s
            service.delay_s = min(service.delay_s * 2, LAST_DELAY_S)
            self.say(f"{service.name} does not start: {error}")
        else:
            self.say(f"{service.name} runs again.")

    def _reap_strangers(self) -> None:
        ours = {service.process.pid for service in self.services.values() if service.process}
        with suppress(ChildProcessError):
            while found := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                if found.si_pid in ours or os.getpgid(0) == found.si_pid:
                    return
                with suppress(ChildProcessError):
                    os.waitpid(found.si_pid, os.WNOHANG)

    def run_until_asked(self) -> None:
        chore_at = time.monotonic() + CHORE_EVERY_S
        while not self.asked:
            self.watch()
            if time.monotonic() >= chore_at:
                self.chore()
                chore_at = time.monotonic() + CHORE_EVERY_S
            time.sleep(TICK_S)

    def stop(self, order: Sequence[str]) -> None:
        """End the services one after the other; a second Ctrl-C shortens the wait."""
        patience = self.asked
        for name in order:
            service = self.services.get(name)
            if service is None or service.process is None:
                continue
            if service.halt:
                service.halt()
            else:
                _end(service.process, service.stop_s, lambda: self.asked > max(patience, 1))
            signal_group(service.process, signal.SIGKILL)


def _end(process: subprocess.Popen[bytes], seconds: float, hurry: Callable[[], bool]) -> None:
    """SIGTERM, wait, SIGKILL for its whole group."""
    if process.poll() is None:
        process.terminate()
    give_up = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < give_up and not hurry():
        time.sleep(0.02)
    if process.poll() is None:
        signal_group(process, signal.SIGKILL)
        process.wait()


def _how(process: subprocess.Popen[bytes]) -> str:
    code = process.returncode
    return f"exit {code}" if code >= 0 else signal.Signals(-code).name


@dataclass
class _Tail:
    """Says each new whole line of a file."""

    path: Path
    say: Callable[[str], None]
    position: int = 0

    def show(self) -> None:
        with self.path.open("rb") as file:
            file.seek(self.position)
            whole, newline, _rest = file.read().rpartition(b"\n")
        self.position += len(whole) + len(newline)
        for line in whole.decode("utf-8", "replace").splitlines():
            self.say(f"  {line}")
