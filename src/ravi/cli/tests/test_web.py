"""The doorman answers 503 until Django is loaded and the ready file stands."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ravi.cli.web import HEALTH, Doorman


def serve(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [b"inside"]


def ask(doorman: Doorman, path: str = "/") -> tuple[str, dict[str, str], bytes]:
    answer: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        answer.update(status=status, headers=dict(headers))

    body = b"".join(doorman({"PATH_INFO": path}, start_response))
    return answer["status"], answer["headers"], body


def test_doorman_before_and_after_ready(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    doorman = Doorman(ready, lambda: serve)
    doorman._loader.join()
    status, headers, body = ask(doorman)
    assert status == "503 Service Unavailable"
    assert headers["Retry-After"] == "2"
    assert int(headers["Content-Length"]) == len(body)
    assert (
        b'name="viewport"' in body and b"http://" not in body and b"https://" not in body
    )  # whole by itself, on a phone too
    assert ask(doorman, HEALTH)[0] == "200 OK"
    ready.touch()
    assert ask(doorman)[2] == b"inside"
    ready.unlink()
    assert ask(doorman)[2] == b"inside"


def test_doorman_while_django_loads(tmp_path: Path) -> None:
    gate = threading.Event()

    def load() -> Any:
        gate.wait(10)
        return serve

    doorman = Doorman(None, load)
    assert ask(doorman)[0] == "503 Service Unavailable"
    assert ask(doorman, HEALTH)[0] == "503 Service Unavailable"
    gate.set()
    doorman._loader.join()
    assert ask(doorman)[0] == "200 OK"
