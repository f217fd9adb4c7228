"""Logs that grow are kept small while processes go on writing into them: no line is lost, and none is torn."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ravi.cli.home import Home
from ravi.cli.log_file import rotate

SRC = Path(__file__).parents[3]
# Each counts until it is told to end; a line is its name, its number and some of it.
OURS = """
import logging.config, select, sys
from ravi.core import logs
logging.config.dictConfig(logs.CONFIG)
number = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    number += 1
    if number % 2:
        logs.log(sys.argv[1], number=number, rest="x" * 40)
    else:
        logging.getLogger("library").warning(f"{sys.argv[1]} {number}")
print(number)
"""
ENGINES = """
import select, sys
from ravi.delivery.lines import spelt, write
number = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    number += 1
    write(spelt(sys.argv[1], {"number": number, "rest": "x" * 40}))
print(number)
"""
FOREIGN = """
import os, select, sys
number = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    number += 1
    os.write(2, f"{sys.argv[1]} {number} {'x' * 40}\\n".encode())
print(number)
"""


def writing(program: str, name: str, log: Path) -> subprocess.Popen[bytes]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SRC)}
    with log.open("ab") as sink:
        return subprocess.Popen(
            [sys.executable, "-c", program, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sink,
            env=environment,
        )  # fmt: skip


def ended(process: subprocess.Popen[bytes]) -> int:
    """How many lines it has written."""
    told, _ = process.communicate(b"\n", timeout=60)
    assert process.returncode == 0
    return int(told)


def parts(log: Path) -> list[Path]:
    """Oldest first."""
    return [*sorted(log.parent.glob(f"{log.name}.*"), key=lambda path: -int(path.suffix[1:])), log]


def turn_often(log: Path, processes: list[subprocess.Popen[bytes]], *, is_followed: bool) -> None:
    while len(parts(log)) < 12:
        rotate(log, is_followed=is_followed, most_bytes=100_000, older=50)
        assert all(process.poll() is None for process in processes)


def numbers_of(name: str, lines: list[str]) -> list[int]:
    """As they stand; in our own lines and in those of a library."""
    mine = [line for line in lines if f'"{name}' in line or line.startswith(f"{name} ")]
    words = (line.replace('"', " ").replace(",", " ").replace(":", " ").split() for line in mine)
    return [next(int(word) for word in one[one.index(name) + 1 :] if word.isdigit()) for one in words]


@pytest.mark.parametrize("program", [OURS, ENGINES], ids=["web and jobs", "engine"])
def test_no_line_of_our_processes_is_lost_or_torn_while_their_log_is_turned(tmp_path: Path, program: str) -> None:
    log = tmp_path / "web.log"
    processes = {name: writing(program, name, log) for name in ("first", "second")}
    turn_often(log, list(processes.values()), is_followed=True)
    counts = {name: ended(process) for name, process in processes.items()}
    lines = "".join(part.read_text() for part in parts(log)).splitlines()
    for name, count in counts.items():
        assert numbers_of(name, lines) == list(range(1, count + 1))
    assert len(lines) == sum(counts.values())


@pytest.fixture(params=["here", "in memory"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Tests mostly run on ext4, whose files can lose their front; a file system in memory cannot do that."""
    if request.param == "here":
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:  # noqa: S108 -- what this is about
        yield Path(memory)


def can_cut(folder: Path) -> bool:
    log = folder / "probe"
    log.write_bytes(b"x\n" * 50_000)
    rotate(log, is_followed=False, most_bytes=10)
    return log.stat().st_size > 0


def test_a_process_that_keeps_its_file_loses_no_line_where_a_front_can_be_cut_off(folder: Path) -> None:
    log, is_whole = folder / "postgres.log", can_cut(folder)
    process = writing(FOREIGN, "server", log)
    turn_often(log, [process], is_followed=False)
    count = ended(process)
    texts = [part.read_text() for part in parts(log)]
    assert all(text.endswith("\n") for text in texts if text)
    whole = [line for text in texts for line in text.splitlines() if line.startswith("server ")]
    numbers = numbers_of("server", [line for line in whole if line.endswith("x" * 40)])
    assert len(numbers) == len(whole)
    assert numbers == (list(range(1, count + 1)) if is_whole else sorted(set(numbers)))


@pytest.mark.parametrize("is_followed", [True, False])
def test_of_older_logs_some_are_kept(tmp_path: Path, is_followed: bool) -> None:
    log = tmp_path / "web.log"
    for number in range(4):
        log.write_bytes(b"%d" % number * 20)
        assert rotate(log, is_followed=is_followed, most_bytes=10, older=2)
        assert log.stat().st_size == 0
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["web.log", "web.log.1", "web.log.2"]
    assert (tmp_path / "web.log.1").read_bytes() == b"3" * 20


def test_a_small_log_is_left_alone(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * 10)
    assert not rotate(log, is_followed=True, most_bytes=10)
    assert list(tmp_path.iterdir()) == [log]


def test_a_new_log_has_the_old_ones_rights(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * 20)
    log.chmod(0o640)
    rotate(log, is_followed=True, most_bytes=10)
    assert log.stat().st_mode & 0o777 == 0o640


def test_a_home_turns_all_its_logs(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    for name in ("jobs", "postgres"):
        home.log(name).write_bytes(b"x\n" * 5_000_001)
    home.rotate_logs()
    assert home.log("jobs").stat().st_size == 0
    assert home.log("postgres").stat().st_size < 5_000
    assert sorted(path.name for path in home.log("jobs").parent.iterdir()) == [
        "jobs.log", "jobs.log.1", "postgres.log", "postgres.log.1",
    ]  # fmt: skip
