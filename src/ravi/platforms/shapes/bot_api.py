"""Calls of the kind that Telegram's Bot API set out and other messengers took over: a token in the path, a form or JSON
in, `{"ok": ..., "result": ...}` out, refusals told by a number and an English sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import quote, urlencode, urlsplit

from ravi.platforms.contract import (
    GONE,
    NO_CHANNEL,
    NO_RIGHTS,
    TOO_OLD,
    CredentialsRefused,
    HttpPort,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
)
from ravi.platforms.shapes.json_http import JsonAnswer, JsonDoor
from ravi.platforms.shapes.multipart import File, form
from ravi.platforms.shapes.retry_after import UNKNOWN_S
from ravi.platforms.shapes.this_machine import is_this_machine

# What a sentence may mean beside a code of Rejected: too many calls, and a token that no bot has.
TOO_FAST, NO_BOT = "too_fast", "no_bot"
# What the sentences begin with or hold, in the order in which they are looked for.
_SENTENCES = {
    "message is not modified": "not_modified",
    "message to delete not found": GONE,
    "message to edit not found": GONE,
    "message to pin not found": GONE,
    "message not found": GONE,
    "message can't be deleted": TOO_OLD,
    "message can't be edited": TOO_OLD,
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
    """One bot on one server. The token is part of every address, so it goes nowhere without TLS. `sentences`: what this
    platform says in words of its own, in small letters, and the code that it means."""

    def __init__(self, server: str, token: str, http: HttpPort, sentences: Mapping[str, str] | None = None) -> None:
        self._server = server.rstrip("/")
        token = token.strip()  # as it is pasted
        spelt = quote(token, safe=":")
        self._base = f"{self._server}/bot{spelt}/"
        self._door = JsonDoor(http, {}, (token, spelt))
        self._sentences = {**(sentences or {}), **_SENTENCES}

    async def ask(self, method: str, **fields: str) -> JsonAnswer:
        """A method that only reads. A failure of it is NotSent: nothing has happened."""
        return await self._call("GET", f"{method}?{urlencode(fields)}" if fields else method)

    async def number(self, method: str, **fields: str) -> int:
        """A method whose whole result is a number."""
        answer = await self.ask(method, **fields)
        said = answer.data["result"]
        if isinstance(said, bool) or not isinstance(said, int):
            raise NotSent("the platform told no number", evidence=answer.evidence)
        return said

    async def tell(self, method: str, fields: Mapping[str, Any], files: Mapping[str, File] | None = None) -> JsonAnswer:
        """A method that does something, with its files beside it, by the names under which `fields` speak of them."""
        if not files:
            return await self._call("POST", method, data=dict(fields))
        body, content_type = form({name: _spelt(value) for name, value in fields.items()}, files)
        return await self._call("POST", method, body=body, headers={"Content-Type": content_type})

    async def _call(self, verb: str, path: str, **sent: Any) -> JsonAnswer:
        parts = urlsplit(self._server)
        if parts.scheme != "https" and not is_this_machine(parts.hostname or ""):
            raise CredentialsRefused("a token is not sent without TLS; the server's address must begin with https://")
        try:
            return _plain(verb, await self._door.call(verb, self._base + path, **sent))
        except Rejected as refusal:
            if refusal.code == "404" and refusal.detail == "Not Found":
                await self._not_found(path, refusal)
            self._name(refusal)

    async def _not_found(self, path: str, refusal: Rejected) -> None:
        """The same two words say that no bot has this token and that there is no such method: the bot itself is asked."""
        if path == "getMe":
            raise CredentialsRefused("the platform knows no bot with this token", evidence=refusal.evidence)
        try:
            await self.ask("getMe")
        except CredentialsRefused:
            raise
        except PlatformError:
            return

    def _name(self, refusal: Rejected) -> NoReturn:
        """The refusal again, under a code that says why."""
        said = refusal.detail.lower()
        code = next((code for words, code in self._sentences.items() if words in said), refusal.code)
        if code == TOO_FAST:
            raise RateLimited(UNKNOWN_S, evidence=refusal.evidence) from refusal
        if code == NO_BOT:
            raise CredentialsRefused(
                "the platform knows no bot with this token", evidence=refusal.evidence
            ) from refusal
        refusal.code = code
        raise refusal


def _plain(verb: str, answer: JsonAnswer) -> JsonAnswer:
    """The answer, if it is a clear yes: `{"ok": true, "result": ...}`."""
    said = answer.data
    if isinstance(said, Mapping) and said.get("ok") is True and said.get("result") is not None:
        return answer
    unclear = NotSent if verb == "GET" else OutcomeUnknown
    raise unclear("the answer is neither a yes nor a no", evidence=answer.evidence)


def chat_of(target: str) -> str:
    """How a channel is called in a call: `@name`, or its number as it is."""
    return target if target.startswith("@") or target.lstrip("-").isdigit() else f"@{target}"


def _spelt(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
