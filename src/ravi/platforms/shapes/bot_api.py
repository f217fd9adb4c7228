"""Calls of the kind that Telegram's Bot API set out and other messengers took over: a token in the path, a form or JSON
in, `{"ok": ..., "result": ...}` out, refusals told by a number and an English sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import quote, urlencode, urlsplit

from ravi.platforms.contract import NO_CHANNEL, NO_RIGHTS, CredentialsRefused, HttpPort, MediaItem, Rejected
from ravi.platforms.shapes.json_http import JsonAnswer, JsonDoor
from ravi.platforms.shapes.multipart import File, form
from ravi.platforms.shapes.this_machine import is_this_machine

_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
# What the sentences begin with or hold, in the order in which they are looked for.
_SENTENCES = {
    "message is not modified": "not_modified",
    "message to delete not found": "gone",
    "message to edit not found": "gone",
    "message to pin not found": "gone",
    "message can't be deleted": "too_old",
    "message can't be edited": "too_old",
    "is too long": "too_long",
    "chat not found": NO_CHANNEL,
    "not enough rights": NO_RIGHTS,
    "administrator rights": NO_RIGHTS,
    "bot is not a member": NO_RIGHTS,
    "bot was kicked": NO_RIGHTS,
    "have no rights": NO_RIGHTS,
    "group chat was upgraded": "moved",
}


class BotApi:
    """One bot on one server. The token is part of every address, so it goes nowhere without TLS."""

    def __init__(self, server: str, token: str, http: HttpPort) -> None:
        self._server = server.rstrip("/")
        token = token.strip()  # as it is pasted
        spelt = quote(token, safe=":")
        self._base = f"{self._server}/bot{spelt}/"
        self._door = JsonDoor(http, {}, (token, spelt))

    async def ask(self, method: str, **fields: str) -> JsonAnswer:
        """A method that only reads. A failure of it is NotSent: nothing has happened."""
        return await self._call("GET", f"{method}?{urlencode(fields)}" if fields else method)

    async def tell(
        self, method: str, fields: Mapping[str, Any], media: Mapping[str, MediaItem] | None = None
    ) -> JsonAnswer:
        """A method that does something, with its images beside it, by the names under which `fields` speak of them."""
        if not media:
            return await self._call("POST", method, data=dict(fields))
        files = {name: _file(name, item) for name, item in media.items()}
        body, content_type = form({name: _spelt(value) for name, value in fields.items()}, files)
        return await self._call("POST", method, body=body, headers={"Content-Type": content_type})

    async def _call(self, verb: str, path: str, **sent: Any) -> JsonAnswer:
        parts = urlsplit(self._server)
        if parts.scheme != "https" and not is_this_machine(parts.hostname or ""):
            raise CredentialsRefused("a token is not sent without TLS; the server's address must begin with https://")
        try:
            return await self._door.call(verb, self._base + path, **sent)
        except Rejected as refusal:
            _name(refusal)


def chat_of(target: str) -> str:
    """How a channel is called in a call: `@name`, or its number as it is."""
    return target if target.startswith("@") or target.lstrip("-").isdigit() else f"@{target}"


def _name(refusal: Rejected) -> NoReturn:
    """The refusal again, under a code that says why; a token that no bot has is "Not Found" here."""
    if refusal.code == "404" and refusal.detail == "Not Found":
        raise CredentialsRefused("the platform knows no bot with this token", evidence=refusal.evidence) from refusal
    said = refusal.detail.lower()
    for words, code in _SENTENCES.items():
        if words in said:
            refusal.code = code
            break
    raise refusal


def _file(name: str, item: MediaItem) -> File:
    if item.content is None:
        raise Rejected("media_missing", f"the bytes of image {item.sha256[:12]} were not loaded")
    return File(f"{name}.{_EXTENSIONS.get(item.media_type, 'bin')}", item.media_type, item.content)


def _spelt(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
