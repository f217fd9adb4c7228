"""What only whoever runs the sandbox may do: register channels, switch faults on, set the clock, read the log."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from ravi.platforms.sandbox.server.api import bearer, json_of
from ravi.platforms.sandbox.server.faults import Faults, Strikes
from ravi.platforms.sandbox.server.journal import Journal
from ravi.platforms.sandbox.server.world import World, is_played

Refuse = Callable[[float], Awaitable[None]]


class Admin:
    """`token` guards all but the log and the health; without one they are closed. `refuse` shuts the door a while."""

    def __init__(self, world: World, journal: Journal, strikes: Strikes, *, token: str, refuse: Refuse) -> None:
        self.world = world
        self.strikes = strikes
        self._journal = journal
        self._token = token
        self._refuse = refuse
        self._background: set[asyncio.Task[None]] = set()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.put("/api/{platform}/{handle}", self.register),
            web.put("/_channels", self.register_many),
            web.post("/_faults", self.set_faults),
            web.post("/_clock", self.set_clock),
            web.get("/_log", self.log),
            web.get("/_health", self.health),
        ]

    async def register(self, request: web.Request) -> web.Response:
        self._admin(request)
        data = await json_of(request)
        self._register(request.match_info["platform"], request.match_info["handle"], data)
        await self._journal.durable()
        return web.json_response({"ok": True})

    async def register_many(self, request: web.Request) -> web.Response:
        """A list of {platform, handle, name, token}."""
        self._admin(request)
        data = await json_of(request)
        channels = data.get("channels", [])
        for item in channels:
            self._register(str(item["platform"]), str(item["handle"]), item)
        await self._journal.durable()
        return web.json_response({"ok": True, "count": len(channels)})

    async def set_faults(self, request: web.Request) -> web.Response:
        self._admin(request)
        try:
            faults = Faults.parse(await json_of(request))
        except ValueError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        self.strikes.set(faults)
        if faults.refuse_for_s:
            task = asyncio.ensure_future(self._refuse(faults.refuse_for_s))
            self._background.add(task)
            task.add_done_callback(self._background.discard)
        return web.json_response({"ok": True})

    async def set_clock(self, request: web.Request) -> web.Response:
        """{"now": ISO time with offset} dates the posts that follow; {"now": null} goes back to the wall clock."""
        self._admin(request)
        value = (await json_of(request)).get("now")
        moment = datetime.fromisoformat(value) if value else None
        if moment is not None and moment.tzinfo is None:
            raise web.HTTPBadRequest(text="the time needs an offset")
        self.world.now_override = moment
        return web.json_response({"ok": True})

    async def log(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(self._journal.path, headers={"Content-Type": "application/x-ndjson"})

    async def health(self, _request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "channels": len(self.world.channels)})

    def _register(self, platform: str, handle: str, data: Mapping[str, Any]) -> None:
        name, token = str(data.get("name", "")), str(data.get("token", ""))
        if not is_played(platform) or not name or len(token) < 8:
            raise web.HTTPBadRequest(text="a channel needs a played platform, a name and a token of 8 characters")
        self.world.register(platform, handle, name, token, keep_old=bool(data.get("keep_old")))

    def _admin(self, request: web.Request) -> None:
        if not self._token or not hmac.compare_digest(bearer(request).encode(), self._token.encode()):
            raise web.HTTPForbidden(text="this needs the sandbox's own token")
