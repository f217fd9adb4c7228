"""Starts child processes that end with their parent, and tells a living process from the ghost of an old one."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class ServiceUser:
    """The unprivileged account that a process started by root runs as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class ProcessId:
    """A pid with the kernel tick at which it started: pids are used again, this pair is not."""

    pid: int
    started: int


def spawn(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path,
    log: IO[bytes] | None = None,
    stdout: IO[bytes] | None = None,
    user: ServiceUser | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    pass_fds: Sequence[int] = (),
    nice: int = 0,
) -> subprocess.Popen[bytes]:
    """Start a process in its own group that gets `death_signal` when the calling thread's process dies.

    Call it from the main thread: Linux ties the parent-death signal to the thread that forked.
    """
    return subprocess.Popen(
        [str(word) for word in argv],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=stdout or log,
        stderr=log,
        pass_fds=tuple(pass_fds),
        preexec_fn=_child_setup(os.getpid(), user, death_signal, nice),  # noqa: PLW1509 - one thread, by contract
    )


def _child_setup(parent: int, user: ServiceUser | None, death_signal: signal.Signals, nice: int) -> Callable[[], None]:
    libc = ctypes.CDLL(None, use_errno=True)

    def setup() -> None:
        os.setpgid(0, 0)
        if nice:
            os.nice(nice)
        if user is not None:
            os.setgroups([user.gid])
            os.setgid(user.gid)
            os.setuid(user.uid)
        # Signals ignored by the parent (nohup, a background shell job) stay ignored across exec otherwise.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        # After setuid: a change of credentials clears the parent-death signal.
        libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return setup


def identify(pid: int) -> ProcessId | None:
    """The process that has this pid now; None when there is none or only its zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    state, started = fields[0], int(fields[19])
    return None if state in "ZX" else ProcessId(pid, started)


def is_alive(process: ProcessId) -> bool:
    """Is it still that very process, not a zombie and not a newcomer with its pid?"""
    return identify(process.pid) == process


def holders_of(path: Path) -> list[int]:
    """Pids of other living processes that have this file open."""
    wanted = str(path.resolve())
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and int(entry.name) != os.getpid() and _has_open(entry, wanted)
    ]


def _has_open(entry: Path, path: str) -> bool:
    try:
        return any(str(handle.readlink()) == path for handle in (entry / "fd").iterdir())
    except OSError:
        return False


def signal_process(pid: int, number: signal.Signals) -> None:
    """Send a signal; a process that is already gone is no problem."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to a spawned process and to everything that it started in its own group."""
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return
