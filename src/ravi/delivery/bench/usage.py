"""Processor time of processes, read from /proc; whoever ends is kept by the parent that awaited it."""

import os
from collections.abc import Iterable
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """Seconds that a process and its awaited children have used; 0 when it is gone."""
    fields = _stat(pid)
    return sum(int(one) for one in fields[11:15]) / _TICKS if fields else 0.0


def family_cpu_s(root: int, *, without: Iterable[int] = ()) -> float:
    """Seconds of a process, its living children and its ended ones."""
    away = set(without)
    return cpu_s(root) + sum(cpu_s(pid) for pid in _children(root) if pid not in away)


def parent(pid: int) -> int:
    """The process that started `pid`."""
    return int(_stat(pid)[1])


def load() -> float:
    """How many processes want to run, averaged over the last minute."""
    return round(os.getloadavg()[0], 2)


def _children(root: int) -> list[int]:
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [pid for pid in pids if (fields := _stat(pid)) and int(fields[1]) == root]


def _stat(pid: int) -> list[str]:
    """The fields from the state on (proc(5), field 3); the name before it may hold anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
