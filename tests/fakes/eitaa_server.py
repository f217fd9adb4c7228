"""Eitaayar's door for programs over HTTP, as its own document and those who met the real server describe it.

Methods, parameters, the four ways to send them and the answers' shape: https://eitaayar.ir/assets/download/API_eitaayar.ir.pdf
(three methods; names in any case; in the address, JSON, a form, a form with files). The refusals' words are those that an
engineer got from the real server in 2026 (see platforms/eitaa/README.md): "method not found", "peer not found", "user not
access of channel chat" for a name where the number is wanted. No length is documented, so none is held here but the request's.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

LARGEST_REQUEST = 256 * 1024 * 1024
NUMBERS = frozenset({"chat_id", "reply_to_message_id", "date", "pin", "viewCountForDelete", "disable_notification"})
# What clients call the same thing (eitaayarbot, eitaapy); the document does not know these names, and nothing comes of them.
IGNORED = frozenset({"notification_disable", "id_message_to_reply", "parse_mode"})
ON_OFF = {"": False, "0": False, "off": False, "1": True, "on": True}  # the panel's own test page sends the words

Values = Mapping[str, str]


class Refused(Exception):
    """The server's no."""

    def __init__(self, number: int, sentence: str) -> None:
        super().__init__(sentence)
        self.number, self.sentence = number, sentence


@dataclass
class Post:
    number: int
    date: int
    text: str
    pinned: bool = False
    reply_to: int = 0
    file: str = ""
    content: bytes = b""
    title: str = ""
    scheduled: int = 0
    gone_after_views: int = 0


@dataclass
class Channel:
    """`number` is the one in the panel; `sends`: @sender is an administrator; `by_name`: its name is taken too."""

    number: int
    name: str
    sends: bool = True
    by_name: bool = False
    posts: dict[int, Post] = field(default_factory=dict)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))


@dataclass
class EitaaServer:
    """`inside`: a refusal comes with 200, as both kinds of clients expect; `numbered`: it tells its number too."""

    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)
    inside: bool = True
    numbered: bool = True
    port: int = 0
    now: Callable[[], float] = time.time

    async def answer(self, request: web.Request) -> web.Response:
        try:
            account = self.tokens.get(request.match_info["token"])
            if account is None:
                raise Refused(401, "Unauthorized")
            method = request.match_info["method"].lower()
            values, files = await _values(request)
            if method == "getme":
                return web.json_response({"ok": True, "result": account})
            if method == "sendmessage":
                result = self._send(account, values, _needed(values, "text"), "", b"")
            elif method == "sendfile":
                result = self._send(account, values, values.get("caption", ""), *_file(files))
            else:
                raise Refused(404, "Not Found: method not found")
            return web.json_response({"ok": True, "result": result})
        except Refused as no:
            said: dict[str, Any] = {"ok": False, "description": no.sentence}
            if self.numbered:
                said["error_code"] = no.number
            return web.json_response(said, status=200 if self.inside else no.number)

    def _send(self, account: Mapping[str, Any], values: Values, text: str, file: str, content: bytes) -> dict[str, Any]:
        channel = self._channel(_needed(values, "chat_id"))
        reply_to = int(values.get("reply_to_message_id") or 0)
        if reply_to and reply_to not in channel.posts:
            raise Refused(400, "Bad Request: message to be replied not found")
        if "pin" in values and values["pin"].lower() not in ON_OFF:
            raise Refused(400, "Bad Request: pin invalid")
        post = Post(
            number=next(channel.numbers),
            date=int(self.now()),
            text=text,
            pinned=ON_OFF[values.get("pin", "").lower()],
            reply_to=reply_to,
            file=file,
            content=content,
            title=values.get("title", ""),
            scheduled=int(values.get("date") or 0),
            gone_after_views=int(values.get("viewCountForDelete") or 0),
        )
        channel.posts[post.number] = post
        return {
            "message_id": post.number,
            "from": dict(account),
            "chat": {"id": channel.number, "type": "public", "username": channel.name},
            "date": post.date,
            "caption" if file else "text": text,
        }

    def _channel(self, called: str) -> Channel:
        for channel in self.channels:
            if called == str(channel.number):
                if not channel.sends:
                    break
                return channel
            if called.lower() == channel.name.lower():  # found, and then not allowed: the right hangs on the number
                if not (channel.sends and channel.by_name):
                    break
                return channel
        else:
            raise Refused(400, "Bad Request: peer not found")
        raise Refused(403, "Forbidden: user not access of channel chat")


async def _values(request: web.Request) -> tuple[dict[str, str], dict[str, tuple[str, bytes]]]:
    """Every parameter as text, wherever it stood; a null says that there is none."""
    given: dict[str, Any] = dict(request.query)
    files: dict[str, tuple[str, bytes]] = {}
    if request.method == "POST" and request.can_read_body:
        if request.content_type == "application/json":
            try:
                said = await request.json()
            except ValueError:
                raise Refused(400, "Bad Request: json invalid") from None
            if not isinstance(said, dict):
                raise Refused(400, "Bad Request: json invalid")
            given |= {name: value for name, value in said.items() if value is not None}
        else:
            for name, value in (await request.post()).items():
                if isinstance(value, web.FileField):
                    files[name] = (value.filename, value.file.read())
                else:
                    given[name] = value
    return {name: _plain(name, value) for name, value in given.items() if name not in IGNORED}, files


def _plain(name: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Refused(400, f"Bad Request: {name} invalid")
    text = str(value)
    if name in NUMBERS - {"chat_id", "pin"} and text and not text.lstrip("-").isdigit():
        raise Refused(400, f"Bad Request: {name} invalid")
    return text


def _needed(values: Values, name: str) -> str:
    if not values.get(name, "").strip():
        raise Refused(400, f"Bad Request: {name} is empty")
    return values[name]


def _file(files: Mapping[str, tuple[str, bytes]]) -> tuple[str, bytes]:
    name, content = files.get("file", ("", b""))
    if not name or not content:
        raise Refused(400, "Bad Request: file invalid")
    return name, content


@asynccontextmanager
async def running(server: EitaaServer) -> AsyncIterator[EitaaServer]:
    """On a port of its own, this machine only."""
    app = web.Application(client_max_size=LARGEST_REQUEST)
    for verb in ("GET", "POST"):
        app.router.add_route(verb, "/api/{token}/{method}", server.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.port = runner.addresses[0][1]
        yield server
    finally:
        await runner.cleanup()
