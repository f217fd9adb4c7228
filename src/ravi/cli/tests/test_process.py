"""Children die with their parent; an old pid is told from a newcomer's."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from ravi.cli.process import ProcessId, holders_of, identify, is_alive, spawn

# A program that is on every machine that runs these tests; `sleep` need not be.
SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


def wait_until_gone(process: ProcessId) -> bool:
    give_up = time.monotonic() + 10
    while is_alive(process) and time.monotonic() < give_up:
        time.sleep(0.01)
    return not is_alive(process)


def test_identify_own_process() -> None:
    me = identify(os.getpid())
    assert me is not None
    assert is_alive(me)


def test_is_alive_foreign_process_with_old_pid() -> None:
    me = identify(os.getpid())
    assert me is not None
    assert not is_alive(ProcessId(me.pid, me.started - 1))


def test_identify_zombie_is_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert identify(child.pid) is None
    child.wait()


def test_spawn_child_dies_with_killed_parent(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = (
        "import os, time; from pathlib import Path; from ravi.cli.process import spawn\n"
        f"child = spawn({SLEEPER!r}, env=dict(os.environ), cwd=Path({str(tmp_path)!r}))\n"
        f"Path({str(note)!r}).write_text(str(child.pid)); time.sleep(600)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    )
    while not (note.exists() and note.read_text()):
        assert parent.poll() is None
        time.sleep(0.01)
    child = identify(int(note.read_text()))
    assert child is not None
    parent.kill()
    parent.wait()
    assert wait_until_gone(child)


def test_spawn_resets_ignored_signals(tmp_path: Path) -> None:
    script = "import signal; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    said = tmp_path / "said"
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with said.open("wb") as log:
            child = spawn([sys.executable, "-c", script], env={"PATH": os.environ["PATH"]}, cwd=tmp_path, log=log)
            assert child.wait(30) == 0
    finally:
        signal.signal(signal.SIGINT, before)
    assert said.read_text() == "False\n"


def test_holders_of_open_file(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with path.open("w") as file:
        child = spawn(SLEEPER, env={"PATH": os.environ["PATH"]}, cwd=tmp_path, pass_fds=(file.fileno(),))
        assert holders_of(path) == [child.pid]
        child.kill()
        child.wait()
        assert holders_of(path) == []
