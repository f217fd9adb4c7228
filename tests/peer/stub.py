"""A server of Mastodon's shape whose log is the ground truth: `python -m tests.peer.stub FILE OPTIONS`.

One line per call: when it came, of which account, under which key, what was answered, and whether a post was made.
OPTIONS is JSON: answer_s, reset_every and silence_every (both after the effect), limit_calls or limit_s with
retry_after_s (429 before any effect), remembers_keys (as Mastodon does for an hour).
"""

import asyncio
import json
import signal
import socket
import struct
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Options:
    """All off at first."""

    answer_s: float = 0.0
    reset_every: int = 0
    silence_every: int = 0
    limit_calls: int = 0
    limit_s: float = 0.0
    retry_after_s: int = 30
    remembers_keys: bool = True


@dataclass
class Stub:
    """The accounts' posts."""

    options: Options
    log: TextIO
    calls: int = 0
    effects: int = 0
    began: float = 0.0
    known: dict[tuple[str, str], int] = field(default_factory=dict)

    async def publish(self, request: web.Request) -> web.StreamResponse:
        at, account, key = time.time(), request.match_info["handle"], request.headers.get("Idempotency-Key", "")
        await request.read()
        self.calls += 1
        self.began = self.began or at
        if wait_s := self._limited(at):
            self._write(at, account, key, 429, made=False, wait_s=wait_s)
            headers = {"Retry-After": str(wait_s)}
            return web.json_response({"error": "Too many requests"}, status=429, headers=headers)
        await asyncio.sleep(self.options.answer_s)
        known = self.known.get((account, key))
        if known is not None and self.options.remembers_keys:
            self._write(at, account, key, 200, made=False)
            return _receipt(request, known)
        self.effects += 1
        number = self.known[account, key] = self.effects
        self._write(at, account, key, 200, made=True)
        if self._strikes(self.options.reset_every):
            return _reset(request)
        if self._strikes(self.options.silence_every):
            await asyncio.sleep(3600)
        return _receipt(request, number)

    async def find(self, request: web.Request) -> web.Response:
        known = self.known.get((request.match_info["handle"], request.query.get("key", "")))
        return _receipt(request, known) if known else web.json_response({"ok": True, "id": None})

    def _limited(self, at: float) -> int:
        if self.calls <= self.options.limit_calls:
            return self.options.retry_after_s
        left_s = self.began + self.options.limit_s - at
        return max(1, round(left_s + 0.5)) if left_s > 0 else 0

    def _strikes(self, every: int) -> bool:
        return bool(every) and self.effects % every == 0

    def _write(self, at: float, account: str, key: str, status: int, *, made: bool, wait_s: int = 0) -> None:
        line = {"at": at, "account": account, "key": key, "status": status, "made": made, "wait_s": wait_s}
        self.log.write(json.dumps(line) + "\n")
        self.log.flush()


def _receipt(request: web.Request, number: int) -> web.Response:
    return web.json_response({"id": str(number), "url": f"{request.scheme}://{request.host}/{number}"})


def _reset(request: web.Request) -> web.Response:
    if (transport := request.transport) is not None:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


async def serve(stub: Stub) -> None:
    """Until SIGTERM; the port goes to standard output."""
    app = web.Application()
    posts = "/api/{platform}/{handle}/posts"
    app.add_routes([web.post(posts, stub.publish), web.get(posts, stub.find)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)  # noqa: T201 -- whoever started it waits for it
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    await end.wait()
    await runner.cleanup()


if __name__ == "__main__":
    with Path(sys.argv[1]).open("a", encoding="utf-8") as opened:
        asyncio.run(serve(Stub(Options(**json.loads(sys.argv[2])), opened)))
