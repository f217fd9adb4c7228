"""A platform that lends its tokens for a while and takes a token for a younger one, once; strict, over real HTTP.

`spares`: how many former tokens it still takes for a renewal, as some platforms do for answers that were lost. `faults`
strike the coming renewals, one each: "lost" (renewed, and no answer), "down" (503), "nonsense" (200 with HTML).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class TokenServer:
    """`token` is the one that opens the account `handle`; `meanwhile` runs between a renewal and its answer."""

    handle: str = "sample_omid"
    token: str = "token-0"
    life: timedelta = timedelta(days=60)
    spares: int = 0
    former: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    renewals: list[str] = field(default_factory=list)
    looks: int = 0
    is_revoked: bool = False
    meanwhile: Callable[[], None] = lambda: None
    until: datetime = field(default_factory=lambda: datetime(2027, 1, 20, tzinfo=UTC))
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def renew(self, token: str) -> tuple[int, str | None]:
        """Status and body; None for no answer at all."""
        with self.lock:
            self.renewals.append(token)
            known = [self.token, *self.former[-self.spares :]] if self.spares else [self.token]
            fault = self.faults.pop(0) if self.faults else ""
            if fault == "down":
                return 503, "{}"
            if self.is_revoked or token not in known:
                return 401, json.dumps({"error": "invalid_grant"})
            self.former.append(self.token)
            self.token = f"token-{len(self.former)}"
            self.until = self.until + self.life
            self.meanwhile()
            if fault == "lost":
                return 0, None
            if fault == "nonsense":
                return 200, "<html>Welcome</html>"
            return 200, json.dumps({"token": self.token, "until": self.until.isoformat()})

    def look(self, token: str) -> tuple[int, str | None]:
        with self.lock:
            self.looks += 1
            if token != self.token or self.is_revoked:
                return 401, json.dumps({"error": "invalid_token"})
            return 200, json.dumps({"handle": self.handle, "until": self.until.isoformat()})


@contextmanager
def token_server(**how: object) -> Iterator[TokenServer]:
    world = TokenServer(**how)  # type: ignore[arg-type]

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._say(*world.look(self._token()))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self._say(*world.renew(self._token()))

        def _token(self) -> str:
            return self.headers.get("Authorization", "").removeprefix("Bearer ")

        def _say(self, status: int, body: str | None) -> None:
            if body is None:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if body.startswith("<") else "application/json")
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    world.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield world
    finally:
        server.shutdown()
        server.server_close()
