"""A real server of somebody else's, which verifies what it is told with a library that Ravi does not use to sign."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks.webhooks import Webhook as Judge
from standardwebhooks.webhooks import WebhookVerificationError

from tests.fakes.threads import in_a_thread_of_its_own


@dataclass
class Receiver:
    """`answers` are given one after the other, the last one for ever: a status, or a word for a misfortune."""

    answers: list[Any] = field(default_factory=lambda: [204])
    told: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    elsewhere: int = 0
    address: str = ""
    secret: str = ""
    refused: int = 0

    async def hear(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        try:
            said = Judge(self.secret).verify(body, dict(request.headers)) if self.secret else json.loads(body)
        except WebhookVerificationError:
            self.refused += 1
            return web.Response(status=401)
        self.told.append(said)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "hangs":
            await asyncio.sleep(3_600)
        if answer == "drips":
            return await _dripping(request)
        if answer == "floods":
            return web.Response(body=b"x" * 10_000_000)
        if answer == "redirects":
            return web.Response(status=307, headers={"Location": f"{self.address}/inside"})
        return web.Response(status=answer, headers={"Retry-After": "7"} if answer == 503 else {})

    async def inside(self, request: web.Request) -> web.StreamResponse:
        self.elsewhere += 1
        return web.Response()


async def _dripping(request: web.Request) -> web.StreamResponse:
    """A yes that never comes to an end."""
    answer = web.StreamResponse(headers={"Content-Length": "60000"})
    await answer.prepare(request)
    for _ in range(60_000):
        await answer.write(b"x")
        await asyncio.sleep(0.2)
    return answer


@asynccontextmanager
async def _running(receiver: Receiver) -> AsyncIterator[Receiver]:
    app = web.Application()
    app.router.add_post("/", receiver.hear)
    app.router.add_route("*", "/inside", receiver.inside)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield receiver
    await runner.cleanup()


@contextmanager
def receiver_running() -> Iterator[Receiver]:
    """On a port of its own, until the block ends."""
    with in_a_thread_of_its_own(_running(Receiver())) as receiver:
        yield receiver
