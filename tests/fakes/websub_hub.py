"""A hub as publishers meet it: takes a form with `hub.mode=publish` and `hub.url`, as PubSubHubbub set out and hubs of WebSub
still take (https://pubsubhubbub.github.io/PubSubHubbub/pubsubhubbub-core-0.3.html, 7.1), and nothing else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web


@dataclass
class Hub:
    """`answer`: what it says instead of 204, where it is not well; `unwanted`: a feed that it never takes."""

    port: int = 0
    told: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    answer: int = 204
    unwanted: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hub"

    async def hear(self, request: web.Request) -> web.Response:
        if request.content_type != "application/x-www-form-urlencoded":
            return self._no(f"not a form: {request.content_type}")
        said = parse_qsl((await request.read()).decode(), strict_parsing=True)
        topics = [value for name, value in said if name == "hub.url"]
        if [value for name, value in said if name == "hub.mode"] != ["publish"] or not topics:
            return self._no(f"not understood: {said}")
        for topic in topics:
            parts = urlsplit(topic)
            if parts.scheme not in {"http", "https"} or not parts.netloc or parts.fragment:
                return self._no(f"no address of a feed: {topic}")
        if self.unwanted in topics:
            return web.Response(status=400, text="this feed is not wanted")
        if self.answer == 204:
            self.told += topics
        return web.Response(status=self.answer)

    def _no(self, why: str) -> web.Response:
        self.refused.append(why)
        return web.Response(status=400, text=why)


@contextmanager
def running(hub: Hub) -> Iterator[Hub]:
    """In a thread of its own, on this machine only."""
    loop, up, end = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        app = web.Application()
        app.router.add_post("/hub", hub.hear)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        hub.port = runner.addresses[0][1]
        up.set()
        await end.wait()
        await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    try:
        assert up.wait(10)
        yield hub
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(10)
        loop.close()
