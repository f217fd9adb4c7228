"""Logs that grow are kept small while processes go on writing into them, and no line is torn."""

import subprocess
import sys
from pathlib import Path

from ravi.cli.home import Home, rotate

# Writes until it is told to end; then one line more.
WRITE = """
import select, sys
number = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    number += 1
    sys.stderr.write(f"{number} " + "x" * 40 + "\\n")
    sys.stderr.flush()
sys.stderr.write(f"{number + 1} " + "y" * 40 + "\\n")
"""


def test_a_large_log_is_copied_and_emptied(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    for number in range(4):
        log.write_bytes(b"%d" % number * 20)
        assert rotate(log, most_bytes=10, copies=2)
        assert log.stat().st_size == 0
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["web.log", "web.log.1", "web.log.2"]
    assert (tmp_path / "web.log.1").read_bytes() == b"3" * 20


def test_a_small_log_is_left_alone(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * 10)
    assert not rotate(log, most_bytes=10)


def test_a_process_goes_on_writing_whole_lines(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("ab") as sink:
        process = subprocess.Popen([sys.executable, "-c", WRITE], stdin=subprocess.PIPE, stderr=sink)
    while len(list(tmp_path.glob("web.log.*"))) < 3:
        rotate(log, most_bytes=100_000, copies=50)
    process.communicate(b"\n", timeout=60)
    assert process.returncode == 0
    parts = sorted(tmp_path.glob("web.log.*"), key=lambda path: -int(path.suffix[1:]))
    lines = b"".join(part.read_bytes() for part in [*parts, log]).decode().splitlines()
    numbers = [int(line.split()[0]) for line in lines]
    assert numbers == sorted(numbers) and len(parts) >= 2
    assert all(len(line.split()[1]) == 40 for line in lines)
    assert lines[-1].endswith("y")  # lines of the very moment of an emptying are lost; none is torn


def test_a_home_rotates_all_its_logs(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    home.log("jobs").write_bytes(b"x" * 10_000_001)
    home.rotate_logs()
    assert home.log("jobs").stat().st_size == 0
