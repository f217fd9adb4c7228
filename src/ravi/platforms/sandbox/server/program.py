"""Puts journal, world, API and pages together behind one loopback port."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import web

from ravi.platforms.sandbox.server.admin import Admin
from ravi.platforms.sandbox.server.api import Api, refusals
from ravi.platforms.sandbox.server.faults import Strikes
from ravi.platforms.sandbox.server.journal import Journal
from ravi.platforms.sandbox.server.pages import Pages
from ravi.platforms.sandbox.server.world import World

HOST = "127.0.0.1"
MAX_REQUEST_BYTES = 320 * 1024 * 1024  # ten images of 20 MB in base64, and their text


class Program:
    def __init__(self, folder: Path, *, admin_token: str, public_url: str = "") -> None:
        self.journal = Journal(folder)
        self.world = World(self.journal)
        self.port = 0
        strikes = Strikes()
        api = Api(self.world, self.journal, strikes, public_url=public_url)
        admin = Admin(self.world, self.journal, strikes, token=admin_token, refuse=self._refuse)
        pages = Pages(self.world, self.journal)
        app = web.Application(client_max_size=MAX_REQUEST_BYTES, middlewares=[refusals])
        app.add_routes([*api.routes(), *admin.routes(), *pages.routes()])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        self._site: web.TCPSite | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    async def start(self, port: int) -> None:
        await self._runner.setup()
        self.port = port
        await self._listen()
        self.port = int(self._runner.addresses[0][1])

    async def close(self) -> None:
        await self._runner.cleanup()
        self.journal.close()

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, HOST, self.port, reuse_address=True)
        await self._site.start()

    async def _refuse(self, seconds: float) -> None:
        """No listener and no open connection for a while: whoever comes is refused."""
        await asyncio.sleep(0.05)  # lets the answer to POST /_faults leave first
        if self._site is None:
            return
        await self._site.stop()
        for connection in list(getattr(self._runner.server, "connections", ())):
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.sleep(seconds)
        await self._listen()
