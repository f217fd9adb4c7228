"""One bot's calls to Rubika: a token in the path, JSON in, `{"status": ..., "data": ...}` out, a refusal inside an answer of
200. What is brought up for a message goes to another host, which each call names anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ravi.platforms.contract import (
    NO_RIGHTS,
    CredentialsRefused,
    HttpPort,
    MediaItem,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
)
from ravi.platforms.shapes.json_http import JsonAnswer, JsonDoor, text_at
from ravi.platforms.shapes.multipart import File, form
from ravi.platforms.shapes.retry_after import UNKNOWN_S
from ravi.platforms.shapes.this_machine import may_carry_a_token

_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "video/mp4": "mp4"}
_NO_TLS = "a token is not sent without TLS; the server's address must begin with https://"
_NOT_TAKEN = "Rubika does not take this, and does not say why: the channel's id, the message or its words"
_NO_BOT = "Rubika knows no bot with this token"
_NO_ACCESS = (
    "the bot may not do this there: make it an administrator of the channel that may send, edit and remove messages"
)


class RubikaApi:
    """One bot on one server. The token is part of every address, so it goes nowhere without TLS."""

    def __init__(self, server: str, token: str, http: HttpPort) -> None:
        token = token.strip()  # as it is pasted
        spelt = quote(token, safe="")
        self._base = f"{server.rstrip('/')}/v3/{spelt}/"
        self._door = JsonDoor(http, {}, (token, spelt))
        self._store = JsonDoor(http, {}, (token, spelt))

    async def ask(self, method: str, **fields: str) -> JsonAnswer:
        """A method that changes nothing, though it is a POST here: without a clear answer it is NotSent."""
        try:
            return await self._call(method, fields)
        except OutcomeUnknown as unclear:
            raise NotSent(unclear.detail, evidence=unclear.evidence) from unclear

    async def tell(self, method: str, fields: Mapping[str, Any]) -> JsonAnswer:
        """A method that does something."""
        return await self._call(method, fields)

    async def bring_up(self, item: MediaItem) -> str:
        """The id under which a message may show this image or video. Nothing is published by it, whatever happens."""
        if item.content is None:
            raise Rejected("media_missing", f"the bytes of {item.sha256[:12]} were not loaded")
        file = File(f"file.{_EXTENSIONS.get(item.media_type, 'bin')}", item.media_type, item.content)
        body, content_type = form({}, {"file": file})
        ticket = await self.ask("requestSendFile", type="Video" if item.is_video else "Image")
        try:
            place = text_at(ticket, "data", "upload_url")
            if not may_carry_a_token(place):
                raise NotSent("Rubika named a place without TLS for the file", evidence=ticket.evidence)
            sent = await self._store.call("POST", place, body=body, headers={"Content-Type": content_type})
            return text_at(_judged(sent), "data", "file_id")
        except (OutcomeUnknown, CredentialsRefused, _NoAccess) as unclear:  # nobody asked for our token there
            raise NotSent(f"the file did not arrive: {unclear.detail}", evidence=unclear.evidence) from unclear

    async def _call(self, method: str, fields: Mapping[str, Any]) -> JsonAnswer:
        """Rubika has one word for a wrong token and a missing right: getMe tells them apart."""
        if not may_carry_a_token(self._base):
            raise CredentialsRefused(_NO_TLS)
        try:
            return _judged(await self._door.call("POST", self._base + method, data=dict(fields)))
        except _NoAccess as refused:
            if method == "getMe":
                raise CredentialsRefused(_NO_BOT, evidence=refused.evidence) from refused
            await self.ask("getMe")
            raise Rejected(NO_RIGHTS, refused.detail, evidence=refused.evidence) from refused


class _NoAccess(Rejected):
    """INVALID_ACCESS: the token, or a right."""


def _judged(answer: JsonAnswer) -> JsonAnswer:
    """The answer, if its status is OK. What no source names is not taken for a refusal: it stays unknown."""
    said = answer.data if isinstance(answer.data, Mapping) else {}
    status = said.get("status")
    if status == "OK":
        return answer
    raise _meaning(str(status or "")[:60], str(said.get("dev_message") or "")[:200], answer.evidence)


def _meaning(status: str, reason: str, evidence: str) -> PlatformError:
    if status in {"TOO_REQUESTS", "TOO_REQUEST"}:
        return RateLimited(UNKNOWN_S, evidence=evidence)
    if status in {"INVALID_AUTH", "NOT_REGISTERED"}:
        return CredentialsRefused(_NO_BOT, evidence=evidence)
    if status == "INVALID_ACCESS":
        return _NoAccess(NO_RIGHTS, _NO_ACCESS, evidence=evidence)
    if status == "INVALID_INPUT":
        return Rejected("invalid_input", reason or _NOT_TAKEN, evidence=evidence)
    return OutcomeUnknown(f"Rubika answered {status or 'without a status'}", evidence=evidence)
