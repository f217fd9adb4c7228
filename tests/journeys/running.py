"""A real `ravi up --demo` in a home of its own, in its own process group, ended as a person ends it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg

from tests.sandbox import whole_lines

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 240
ENDS_WITHIN_S = 90
LAST_LINES = 15
QUESTIONS = (
    """select post_id, platform, action, state, error_code, count(*), min(due_at), max(changed_at), max(attempt)
       from delivery_delivery where post_id > (select max(post_id) - 4 from delivery_delivery)
       group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4""",
    "select scope, count(*) from delivery_stoporder where lifted_at is null group by 1",
    "select owner, seen_at, in_hand, ended_at, now() from delivery_worker order by seen_at desc limit 3",
)


@dataclass
class Ravi:
    """What a test needs of the Ravi that runs: its address, the demo's password, the practice platforms."""

    process: subprocess.Popen[bytes]
    home: Path
    url: str
    password: str
    sandbox_url: str
    sandbox_token: str
    lived: int = 0  # publications of the demo's weeks, in the practice platforms' log when Ravi was ready

    def faults(self, **faults: Any) -> None:
        """Switch misfortunes of the practice platforms on; without arguments all are off."""
        request = urllib.request.Request(f"{self.sandbox_url}/_faults", json.dumps(faults).encode(), method="POST")
        request.add_header("Authorization", f"Bearer {self.sandbox_token}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200

    def effects(self) -> list[dict[str, Any]]:
        """The practice platforms' own log: the judge of what was published."""
        return [json.loads(line) for line in whole_lines(self.home / "sandbox" / "effects.jsonl")]

    def standing(self, title: str) -> dict[str, list[str]]:
        """Platform -> the texts of this message that stand there, by that log."""
        there: dict[tuple[str, str, str], str] = {}
        for effect in self.effects():
            if effect["action"] == "register":
                continue
            place = (effect["platform"], effect["handle"], effect["remote_id"])
            if effect["action"] == "delete":
                there.pop(place, None)
            elif title in effect["title"] or place in there:
                there[place] = effect["text"]
        found: dict[str, list[str]] = {}
        for (platform, _handle, _remote_id), text in there.items():
            found.setdefault(platform, []).append(text)
        return found

    def says(self) -> str:
        """What became of the newest copies, who claims, and the last lines of every log; for whoever looks for a cause."""
        try:
            url = json.loads((self.home / "run" / "state.json").read_text())["databases"]["engine"]
            with psycopg.connect(url) as connection:
                facts = [f"{row}" for question in QUESTIONS for row in connection.execute(question).fetchall()]
        except (OSError, ValueError, KeyError, psycopg.Error) as error:
            facts = [f"nothing could be asked: {error}"]
        for log in sorted((self.home / "log").glob("*.log")):
            lines = log.read_text(errors="replace").splitlines()
            facts += [f"== {log.name}", *(line[:300] for line in lines[-LAST_LINES:])]
        return "\n".join(facts)

    def end(self) -> None:
        """Ctrl-C; the whole group is killed only when that was not enough."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise


def start(home: Path, *, allowed: str = "") -> Ravi:
    """Start on a free port and wait until Ravi says that it is ready; `allowed`: servers of this machine that it may call."""
    home.chmod(0o700)
    environment = {name: value for name, value in os.environ.items() if "DATABASE" not in name and "RAVI" not in name}
    environment |= {"RAVI_HOME": str(home), "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
    environment |= {"RAVI_EGRESS_ALLOW": allowed} if allowed else {}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "ravi.cli", "up", "--demo", "--port", str(_free_port())]
    with (home / "up.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    _wait_until_ready(process, home)
    state = json.loads((home / "run" / "state.json").read_text())
    secrets = json.loads((home / "keys" / "secrets.json").read_text())
    started = Ravi(
        process,
        home,
        state["url"].rstrip("/"),
        secrets["demo_password"],
        state["sandbox_url"],
        secrets["sandbox_token"],
    )
    _wait_until_well(started.url)
    return replace(started, lived=sum(effect["action"] == "publish" for effect in started.effects()))


def _wait_until_ready(process: subprocess.Popen[bytes], home: Path) -> None:
    give_up = time.monotonic() + READY_WITHIN_S
    while not (home / "run" / "ready").exists():
        said = (home / "up.log").read_text(errors="replace")
        assert process.poll() is None, f"ravi up ended: {said[-2000:]}"
        assert time.monotonic() < give_up, f"ravi up is not ready: {said[-2000:]}"
        time.sleep(0.2)


def _wait_until_well(url: str) -> None:
    """The jobs process says a few seconds after the doors opened that it lives."""
    give_up = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            with urllib.request.urlopen(f"{url}/health/", timeout=10) as answer:
                assert answer.status == 200
            return
        except urllib.error.HTTPError as error:
            with error:
                assert time.monotonic() < give_up, error.read()
        time.sleep(0.5)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
