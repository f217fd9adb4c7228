"""Foreign programs that tests start: looked for, waited for, and ended by their own pid."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

SBIN = "/usr/local/sbin:/usr/sbin:/sbin"


def need(programs: Sequence[str], packages: str) -> dict[str, str]:
    """The programs' paths; where one is missing the test is counted as skipped, with what to install."""
    path = f"{os.environ.get('PATH', '')}:{SBIN}"
    found = {name: shutil.which(name, path=path) for name in programs}
    missing = [name for name, place in found.items() if place is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed; apt-get install --no-install-recommends {packages}")
    return {name: place for name, place in found.items() if place}


@contextmanager
def short_folder(prefix: str) -> Iterator[Path]:
    """A folder with a path short enough for a socket, open to a program that has dropped root."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(command: Sequence[str | Path], log: Path, *, cwd: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=output, cwd=cwd)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(ready: object, process: subprocess.Popen[bytes], log: Path, *, seconds: float = 40.0) -> None:
    """Wait for `ready()`; a program that ended meanwhile is told with the end of its log."""
    assert callable(ready)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        if ready():
            return
        time.sleep(0.1)
    raise AssertionError(f"{process.args!r} did not get ready:\n{log.read_text(errors='replace')[-2000:]}")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
