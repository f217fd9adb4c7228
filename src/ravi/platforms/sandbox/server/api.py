"""The HTTP API that the adapter speaks: each write is one effect in the log, then perhaps a fault, then an answer."""

from __future__ import annotations

import asyncio
import base64
import binascii
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ravi.platforms.sandbox.server import answers, audience
from ravi.platforms.sandbox.server.faults import AFTER, INSTEAD, Strikes
from ravi.platforms.sandbox.server.journal import Journal
from ravi.platforms.sandbox.server.limits import RULES, Mark, Refused, check_marks, check_post
from ravi.platforms.sandbox.server.world import Channel, Post, World, is_played

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Effect = Callable[[Channel, Mapping[str, Any]], Post | None]


@dataclass(frozen=True, slots=True)
class Medium:
    """An image or video of a post; `beside` a video its picture and its captions: (media type, bytes, language)."""

    kind: str
    content: bytes
    alt_text: str
    beside: Mapping[str, tuple[str, bytes, str]]


_BESIDE = {"thumbnail": "image/jpeg", "captions": "text/vtt"}


class Api:
    """What a channel's token opens."""

    def __init__(self, world: World, journal: Journal, strikes: Strikes, *, public_url: str) -> None:
        self.world = world
        self.strikes = strikes
        self._journal = journal
        self._public_url = public_url
        self._last_write_s: dict[tuple[str, str], float] = {}

    def routes(self) -> list[web.RouteDef]:
        channel = "/api/{platform}/{handle}"
        return [
            web.get(channel, self.describe),
            web.post(f"{channel}/posts", self.publish),
            web.get(f"{channel}/posts", self.find),
            web.get(f"{channel}/members", self.members),
            web.get(f"{channel}/numbers", self.numbers),
            web.get(f"{channel}/posts/{{n}}", self.read),
            web.put(f"{channel}/posts/{{n}}", self.edit),
            web.delete(f"{channel}/posts/{{n}}", self.delete),
            web.post(f"{channel}/posts/{{n}}/pin", self.pin),
        ]

    # Writes of a channel

    async def publish(self, request: web.Request) -> web.StreamResponse:
        return await self._write(request, self._publish)

    async def edit(self, request: web.Request) -> web.StreamResponse:
        return await self._write(request, lambda channel, data: self._edit(request, channel, data))

    async def delete(self, request: web.Request) -> web.StreamResponse:
        return await self._write(request, lambda channel, _data: self._delete(request, channel), reads_body=False)

    async def pin(self, request: web.Request) -> web.StreamResponse:
        return await self._write(request, lambda channel, _data: self._pin(request, channel), reads_body=False)

    def _publish(self, channel: Channel, data: Mapping[str, Any]) -> Post:
        body = self._checked(channel.platform, data)
        key = str(data.get("key", ""))
        if channel.platform == "mastodon" and (known := self.world.remembered(channel, key)):
            return known
        if channel.platform == "bluesky" and key and channel.live_under(key):
            # The real server answers a used record key this way.
            raise Refused("InternalServerError", "Internal Server Error", status=500)
        return self.world.publish(channel, key, body)

    def _edit(self, request: web.Request, channel: Channel, data: Mapping[str, Any]) -> Post:
        _able(RULES[channel.platform].edits)
        post = _post(request, channel)
        self.world.edit(channel, post, str(data.get("key", "")), self._checked(channel.platform, data))
        return post

    def _delete(self, request: web.Request, channel: Channel) -> Post:
        _able(RULES[channel.platform].deletes)
        post = _post(request, channel)
        self.world.delete(channel, post)
        return post

    def _pin(self, request: web.Request, channel: Channel) -> Post:
        _able(RULES[channel.platform].pins)
        post = _post(request, channel)
        self.world.pin(channel, post)
        return post

    async def _write(self, request: web.Request, effect: Effect, *, reads_body: bool = True) -> web.StreamResponse:
        platform, handle = request.match_info["platform"], request.match_info["handle"]
        channel = self._channel(request)
        data = await json_of(request) if reads_body else {}
        strike = self.strikes.next(platform, handle)
        pause_s = self.strikes.delay_s(platform, handle) / 2
        if early := await self._before(channel, strike, pause_s):
            return early
        is_deaf = strike in INSTEAD and "n" in request.match_info
        post = _post(request, channel) if is_deaf else effect(channel, data)
        self._last_write_s[(platform, handle)] = time.monotonic()
        await self._journal.durable()
        await asyncio.sleep(pause_s)
        if strike in AFTER:
            return await self._after(request, strike)
        return answers.receipt(post.n, self._url(request, channel, post)) if post else web.json_response({"ok": True})

    async def _before(self, channel: Channel, strike: str, pause_s: float) -> web.Response | None:
        faults = self.strikes.faults
        if strike == "rate_limit":
            return answers.not_now(channel.platform, faults.retry_after_s, self.world.now())
        last_s = self._last_write_s.get((channel.platform, channel.handle))
        if faults.enforce_gap_s and last_s is not None:
            left_s = faults.enforce_gap_s - (time.monotonic() - last_s)
            if left_s > 0:
                return answers.not_now(channel.platform, left_s, self.world.now())
        await asyncio.sleep(pause_s)
        if strike == "error":
            return answers.broken(503)
        return None

    async def _after(self, request: web.Request, strike: str) -> web.StreamResponse:
        if strike == "error_after":
            return answers.broken(502)
        if strike == "html":
            return answers.page_instead()
        if strike == "lose_answers":
            await asyncio.sleep(self.strikes.faults.silence_s)
        if (transport := request.transport) is not None:
            connection = transport.get_extra_info("socket")
            if strike == "reset" and connection is not None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        return web.Response()

    # Reads of a channel

    async def describe(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        return web.json_response({"ok": True, "name": channel.name, "handle": channel.handle})

    async def find(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        _able(RULES[channel.platform].finds)
        post = channel.live_under(request.query.get("key", ""))
        if post is None:
            return web.json_response({"ok": True, "id": None})
        return answers.receipt(post.n, self._url(request, channel, post))

    async def read(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        _able(RULES[channel.platform].reads)
        if limited := self._limited(channel):
            return limited
        post = _post(request, channel)
        return web.json_response({"ok": True, "id": post.n, "title": str(post.body["title"]), "text": post.text})

    async def members(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        _able(RULES[channel.platform].tells_members)
        if limited := self._limited(channel):
            return limited
        return web.json_response({"ok": True, "count": audience.members(channel, self.world.now())})

    async def numbers(self, request: web.Request) -> web.Response:
        """`?ids=1,2`: of each post that still stands."""
        channel = self._channel(request)
        rules = RULES[channel.platform]
        _able(bool(rules.tells))
        if limited := self._limited(channel):
            return limited
        ids = [part for part in request.query.get("ids", "").split(",") if part]
        if not ids or len(ids) > rules.asked_at_once:
            raise Refused("bad_request", f"ask for 1 to {rules.asked_at_once} posts at once")
        posts = [post for part in ids if (post := _standing(channel, part))]
        now = self.world.now()
        told = {str(post.n): audience.numbers(channel, post, now) for post in posts}
        return web.json_response({"ok": True, "numbers": told})

    def _limited(self, channel: Channel) -> web.Response | None:
        if not self.strikes.limits_reading(channel.platform, channel.handle):
            return None
        return answers.not_now(channel.platform, self.strikes.faults.retry_after_s, self.world.now())

    # Parts

    def _channel(self, request: web.Request) -> Channel:
        place = (request.match_info["platform"], request.match_info["handle"])
        channel = self.world.channels.get(place)
        if channel is None or not is_played(channel.platform):
            raise Refused("no_such_channel", "chat not found", status=404)
        if not channel.accepts(bearer(request)):
            raise Refused("unauthorized", "Unauthorized", status=401)
        return channel

    def _checked(self, platform: str, data: Mapping[str, Any]) -> dict[str, Any]:
        text, title = str(data.get("text", "")), str(data.get("title", ""))
        media = _media(data)
        check_post(platform, text, title, [(one.kind, one.content) for one in media])
        marks = _marks_of(data)
        check_marks(platform, text, marks)
        return {
            "text": text,
            "title": title,
            "link": str(data.get("link", "")),
            "lang": str(data.get("lang", "")),
            "reply_to": str(data.get("reply_to", "")),
            "pin": bool(data.get("pin", False)),
            "media": [self._kept(one) for one in media],
            "marks": [[mark.kind, mark.start, mark.end, mark.href] for mark in marks],
        }

    def _kept(self, one: Medium) -> dict[str, Any]:
        kept: dict[str, Any] = {
            "sha256": self._journal.keep_media(one.content),
            "media_type": one.kind,
            "alt_text": one.alt_text,
        }
        for name, (kind, content, lang) in one.beside.items():
            kept[name] = {"sha256": self._journal.keep_media(content), "media_type": kind, "lang": lang}
        return kept

    def _url(self, request: web.Request, channel: Channel, post: Post) -> str:
        base = self._public_url or f"{request.scheme}://{request.host}"
        return f"{base}/{channel.platform}/{channel.handle}/{post.n}"


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Words every refusal as the played platform does."""
    try:
        return await handler(request)
    except Refused as refused:
        platform = request.match_info.get("platform", "")
        return answers.refusal(platform, refused.status, refused.code, refused.detail)


def _post(request: web.Request, channel: Channel) -> Post:
    post = _standing(channel, request.match_info["n"])
    if post is None:
        raise Refused("not_found", "message not found", status=404)
    return post


def _standing(channel: Channel, n: str) -> Post | None:
    post = channel.posts.get(int(n)) if n.isascii() and n.isdigit() and len(n) < 10 else None
    return None if post is None or post.deleted_at is not None else post


def _able(can: bool) -> None:
    if not can:
        raise Refused("no_such_method", "this platform has no such method", status=405)


def _media(data: Mapping[str, Any]) -> list[Medium]:
    try:
        return [_medium(item) for item in data.get("media", ())]
    except (KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise Refused("bad_request", "media cannot be read") from error


def _medium(item: Mapping[str, Any]) -> Medium:
    beside = {name: _file(item[name], kind) for name, kind in _BESIDE.items() if item.get(name)}
    return Medium(str(item["media_type"]), _bytes(item), str(item.get("alt_text", "")), beside)


def _file(item: Mapping[str, Any], kind: str) -> tuple[str, bytes, str]:
    if item["media_type"] != kind:
        raise Refused("media_type", f"{item['media_type']} is not taken beside a video")
    return kind, _bytes(item), str(item.get("lang", ""))


def _bytes(item: Mapping[str, Any]) -> bytes:
    return base64.b64decode(item["content"], validate=True)


def _marks_of(data: Mapping[str, Any]) -> list[Mark]:
    try:
        return [Mark(str(m["kind"]), int(m["start"]), int(m["end"]), str(m["href"])) for m in data.get("marks", ())]
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("bad_request", "marks cannot be read") from error


def bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


async def json_of(request: web.Request) -> Mapping[str, Any]:
    try:
        data = await request.json()
    except ValueError as error:
        raise Refused("bad_request", "the request is not JSON") from error
    if not isinstance(data, Mapping):
        raise Refused("bad_request", "the request is not an object")
    return data
