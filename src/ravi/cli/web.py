"""`python -m ravi.cli.web`: the web server; it takes its port at once and answers 503 until all is ready."""

import ctypes
import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.server import Server

from ravi.cli.process import PR_SET_PDEATHSIG
from ravi.core.logs import CONFIG

APPLICATION = "ravi.config.wsgi"
HEALTH = "/health/live/"  # the supervisor asks it before it opens the doors
MAX_WORKERS = 4
THREADS = 8
HTML = """<!doctype html>
<html lang="fa" dir="rtl"><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>راوی</title>
<p>راوی دارد آماده می‌شود. این صفحه خودش تازه می‌شود.</p>
<p lang="en" dir="ltr">Ravi is starting. This page refreshes itself.</p>
</html>
"""

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Doorman:
    """A WSGI application that answers 503 until the ready file stands and Django is loaded, then steps aside."""

    def __init__(self, ready_file: Path | None, load: Callable[[], Wsgi]) -> None:
        self._ready_file = ready_file
        self._application: Wsgi | None = None
        self._is_open = False
        self._loader = threading.Thread(target=self._load, args=(load,), daemon=True)
        self._loader.start()

    def _load(self, load: Callable[[], Wsgi]) -> None:
        try:
            self._application = load()
        except BaseException:
            # The worker cannot ever serve: let it die, so that the supervisor says so and shows the log.
            sys.excepthook(*sys.exc_info())
            os._exit(3)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self._application is not None and (self._may_open() or environ.get("PATH_INFO") == HEALTH):
            return self._application(environ, start_response)
        body = HTML.encode()
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Retry-After", "2"), ("Cache-Control", "no-store")]
        start_response("503 Service Unavailable", [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def _may_open(self) -> bool:
        self._is_open = self._is_open or self._ready_file is None or self._ready_file.exists()
        return self._is_open


def load() -> Wsgi:
    """What each worker process serves; the worker dies with its parent."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent or parent == 1:
        os._exit(1)
    named = os.environ.get("RAVI_READY_FILE")
    return Doorman(Path(named) if named else None, _django)


def _django() -> Wsgi:
    # By name: the settings and the table of contents stand above this room.
    application: Wsgi = importlib.import_module(APPLICATION).application
    return application


def worker_count() -> int:
    return max(1, min(MAX_WORKERS, os.cpu_count() or 1))


def main() -> None:
    Server(
        "ravi.cli.web:load",
        factory=True,
        address=os.environ.get("RAVI_ADDRESS", "127.0.0.1"),
        port=int(os.environ["RAVI_PORT"]),
        interface=Interfaces.WSGI,
        workers=worker_count(),
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        respawn_interval=2.0,
        workers_kill_timeout=8,
        websockets=False,
        log_dictconfig=CONFIG | {"loggers": {"_granian": {"level": "INFO"}}},
    ).serve()


if __name__ == "__main__":
    main()
