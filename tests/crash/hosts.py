"""Hosts in network namespaces of this test's own: a hub with the database and the platform, and engines around it.

Each engine's host has two lines to the hub, one for each of the two; a line is cut by taking its end at the hub down.
Addresses, routes and lines exist in these namespaces only and end with them.
"""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DATABASE, PLATFORM = "10.77.8.1", "10.77.9.1"
DATABASE_PORT, PLATFORM_PORT = 5432, 8101


def may_make_hosts() -> bool:
    """Whether this machine lets us make a network namespace."""
    if shutil.which("ip") is None or os.geteuid() != 0:
        return False
    name = f"ravi-{secrets.token_hex(3)}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode:
        return False
    subprocess.run(["ip", "netns", "delete", name], check=True)
    return True


@dataclass(frozen=True)
class Hosts:
    """`names` of the engines' hosts, in their order."""

    hub: str
    names: Sequence[str]

    def on(self, host: str) -> tuple[str, ...]:
        """What stands before a program that runs on that host."""
        return ("ip", "netns", "exec", host)

    def cut(self, host: str, line: str) -> None:
        """`line` is database or platform."""
        self._set(host, line, "down")

    def heal(self, host: str, line: str) -> None:
        self._set(host, line, "up")

    def _set(self, host: str, line: str, state: str) -> None:
        number = self.names.index(host)
        _run(*self.on(self.hub), "ip", "link", "set", f"{line[0]}{number}", state)
        if state == "up":
            _run(
                *self.on(self.hub),
                "ip",
                "address",
                "replace",
                f"{_net(number, line)}.1/30",
                "dev",
                f"{line[0]}{number}",
            )


@contextmanager
def two_hosts() -> Iterator[Hosts]:
    mark = secrets.token_hex(3)
    hosts = Hosts(f"ravi-{mark}-hub", (f"ravi-{mark}-a", f"ravi-{mark}-b"))
    with ExitStack() as ends:
        for name in (hosts.hub, *hosts.names):
            _run("ip", "netns", "add", name)
            ends.callback(_run, "ip", "netns", "delete", name)
            _run(*hosts.on(name), "ip", "link", "set", "lo", "up")
        for address in (DATABASE, PLATFORM):
            _run(*hosts.on(hosts.hub), "ip", "address", "add", f"{address}/32", "dev", "lo")
        for number, name in enumerate(hosts.names):
            for line, address in (("database", DATABASE), ("platform", PLATFORM)):
                _connect(hosts, number, name, line, address)
        yield hosts


@contextmanager
def relay(hosts: Hosts, host: str, here: str, there: str) -> Iterator[None]:
    """Passes bytes from an address of that host to a place that it has no network to; "" is the machine itself."""
    prefix = hosts.on(host) if host else ()
    command = [*prefix, sys.executable, "-m", "tests.crash.proxy", here, there]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield
    finally:
        process.terminate()
        process.communicate(timeout=10)


def _connect(hosts: Hosts, number: int, name: str, line: str, address: str) -> None:
    near, net = f"{line[0]}{number}", _net(number, line)
    _run("ip", "link", "add", near, "netns", hosts.hub, "type", "veth", "peer", "name", line, "netns", name)
    _run(*hosts.on(hosts.hub), "ip", "address", "add", f"{net}.1/30", "dev", near)
    _run(*hosts.on(hosts.hub), "ip", "link", "set", near, "up")
    _run(*hosts.on(name), "ip", "address", "add", f"{net}.2/30", "dev", line)
    _run(*hosts.on(name), "ip", "link", "set", line, "up")
    _run(*hosts.on(name), "ip", "route", "add", f"{address}/32", "via", f"{net}.1", "dev", line)


def _net(number: int, line: str) -> str:
    return f"10.77.{10 * (number + 1) + ('database', 'platform').index(line)}"


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)
