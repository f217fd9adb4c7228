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
# Nothing else is served yet, so the page brings its own sign and colours, as core's tokens have them.
HTML = """<!doctype html>
<html lang="fa" dir="rtl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="2"><title>راوی</title>
<style>
:root { color-scheme: light dark; --paper: #f4f4f0; --ink: #191f2a; --ink-2: #47505c; --lapis: #25418c }
@media (prefers-color-scheme: dark) { :root { --paper: #11151b; --ink: #e8eaed; --ink-2: #b9c0ca; --lapis: #a7bbf5 } }
body { display: grid; place-content: center; gap: 1rem; min-block-size: 100vh; margin: 0; padding: 1rem;
  box-sizing: border-box; background: var(--paper); color: var(--ink);
  font: 1.0625rem / 1.85 Vazirmatn, "Noto Naskh Arabic", Tahoma, system-ui, sans-serif }
svg { inline-size: 3rem; color: var(--lapis) }
h1, p { margin: 0 }
h1 { font-size: 1.375rem; line-height: 1.5 }
[lang=en] { color: var(--ink-2); font-size: .9375rem; text-align: start }
</style></head><body>
<svg viewBox="0 0 32 32" aria-hidden="true">
<g fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round">
<path d="M25.5 16H9M19.5 16c-4.5 0-5-7.5-9.5-7.5M19.5 16c-4.5 0-5 7.5-9.5 7.5"/></g>
<g fill="currentColor"><circle cx="25" cy="16" r="3.25"/>
<circle cx="8" cy="8.5" r="2.2"/><circle cx="8" cy="16" r="2.2"/><circle cx="8" cy="23.5" r="2.2"/></g></svg>
<h1>راوی دارد آماده می‌شود</h1>
<p>این صفحه خودش تازه می‌شود. آنچه در راه بود، از دست نمی‌رود.</p>
<p lang="en" dir="ltr">Ravi is starting. This page refreshes itself.</p>
</body></html>
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
