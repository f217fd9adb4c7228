"""A sandbox server for tests: its own process on a free port, its log read as the judge, killed as hard as wished."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SRC = Path(__file__).resolve().parents[1] / "src"


def whole_lines(path: Path) -> list[str]:
    """Without the one that is just being written."""
    return [line for line in path.read_text(encoding="utf-8").split("\n")[:-1] if line]


class Sandbox:
    """`folder` keeps the log over restarts. Channels are registered with `register`, faults switched with `faults`.

    `only_handle` narrows `log` and `published` to the channels of one test.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.admin_token = secrets.token_urlsafe(24)
        self.port = 0
        self.only_handle = ""
        self._process: subprocess.Popen[str] | None = None
        self._lines: list[dict[str, Any]] = []
        self._read_bytes = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """On the first start a free port, later the same one."""
        program = [sys.executable, "-m", "ravi.platforms.sandbox.server"]
        command = [*program, "--port", str(self.port), "--folder", str(self.folder)]
        environment = {**os.environ, "PYTHONPATH": str(SRC), "RAVI_SANDBOX_TOKEN": self.admin_token}
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("ready "), f"the sandbox did not start: {line!r}"
        self.port = int(line.rsplit(":", 1)[1])

    def stop(self, signal_number: int = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(signal_number)
            self._process.wait(timeout=10)
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def register(
        self, platform: str, handle: str, *, name: str = "دانشگاه مهرگان", token: str = "", keep_old: bool = False
    ) -> str:
        """Register one channel and return its token; `keep_old` lets the one before hold until the next time."""
        token = token or secrets.token_urlsafe(16)
        self._call("PUT", f"/api/{platform}/{handle}", {"name": name, "token": token, "keep_old": keep_old})
        return token

    def register_all(self, channels: Iterable[Mapping[str, str]]) -> None:
        """Each with platform, handle, name and token; one call, one flush to the disk."""
        self._call("PUT", "/_channels", {"channels": list(channels)})

    def faults(self, **faults: Any) -> None:
        """See `server/faults.py`; without arguments all are off."""
        self._call("POST", "/_faults", faults)

    def clock(self, now: str | None) -> None:
        self._call("POST", "/_clock", {"now": now})

    def log(self) -> list[dict[str, Any]]:
        """Every line, read from the file: also when the server is dead. It only grows, so only what is new is read."""
        path = self.folder / "effects.jsonl"
        if path.exists():
            with path.open("rb") as file:
                file.seek(self._read_bytes)
                new = file.read()
            new = new[: new.rfind(b"\n") + 1]  # without a line that is just being written
            self._read_bytes += len(new)
            self._lines += [json.loads(line) for line in new.splitlines()]
        return [line for line in self._lines if self.only_handle in ("", line["handle"])]

    def published(self) -> Counter[str]:
        """How many posts stand under each key: above one is doubled."""
        return Counter(line["key"] for line in self.log() if line["action"] == "publish")

    def _call(self, method: str, path: str, data: Mapping[str, Any]) -> None:
        request = urllib.request.Request(self.url + path, json.dumps(data).encode(), method=method)
        request.add_header("Authorization", f"Bearer {self.admin_token}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200


@contextmanager
def running_sandbox(folder: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox(folder)
    sandbox.start()
    try:
        yield sandbox
    finally:
        sandbox.stop()
