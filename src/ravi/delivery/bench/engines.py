"""The processes of a bench: engines as `ravi up` runs them, and the clients that they are measured against."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

READY_WITHIN_S = 60.0
BENCH_LIMIT_S = 900.0


class BenchFailed(Exception):
    """Something that the bench needs did not come about; the sentence says what."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What clients of one kind did together: seconds from the first's start to the last's end, and their processor time."""

    count: int
    seconds: float
    cpu_s: float

    @property
    def per_s(self) -> float:
        return self.count / self.seconds

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu_s / self.count


@contextmanager
def running_engines(count: int, environment: Mapping[str, str], folder: Path) -> Iterator[list[int]]:
    """The pids of `count` engines; they are asked to end in order afterwards. What they log goes to files."""
    logs = [(folder / f"engine-{number}.log").open("wb") for number in range(count)]
    argv = [sys.executable, "-m", "ravi.cli", "engine"]
    processes = [subprocess.Popen(argv, env=dict(environment), stderr=log) for log in logs]
    try:
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process, log in zip(processes, logs, strict=True):
            process.wait(90)
            log.close()


def run_clients(kind: str, url: str, count: int, processes: int, environment: Mapping[str, str]) -> Ran:
    """`count` calls shared between clients that begin together."""
    shares = [count // processes + (number < count % processes) for number in range(processes)]
    argv = [sys.executable, "-m", "ravi.delivery.bench.client", kind, url]
    pipe, env = subprocess.PIPE, dict(environment)
    clients = [subprocess.Popen([*argv, str(share)], env=env, stdin=pipe, stdout=pipe, text=True) for share in shares]
    for client in clients:
        if _line(client) != "ready\n":
            raise BenchFailed(f"The {kind} client did not start.")
    for client in clients:
        assert client.stdin is not None
        client.stdin.write("go\n")
        client.stdin.flush()
    told: list[dict[str, Any]] = [json.loads(_line(client) or "null") or {} for client in clients]
    for client in clients:
        client.communicate(timeout=30)
    if not all(told):
        raise BenchFailed(f"The {kind} client broke off: is the stub still there?")
    seconds = max(one["ended"] for one in told) - min(one["began"] for one in told)
    return Ran(count, seconds, sum(one["cpu_s"] for one in told))


def wait_until(is_done: Any, what: str, *, within_s: float = BENCH_LIMIT_S, every_s: float = 0.1) -> None:
    """Poll. Raises BenchFailed."""
    give_up = time.monotonic() + within_s
    while not is_done():
        if time.monotonic() > give_up:
            raise BenchFailed(f"{what} did not come about within {within_s:.0f} s.")
        time.sleep(every_s)


def _line(client: "subprocess.Popen[str]") -> str:
    assert client.stdout is not None
    return client.stdout.readline()
