"""Publishes to the sandbox server; one class per platform it plays, with exactly that platform's abilities."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from ravi.platforms.contract import (
    Adapter,
    Beside,
    Content,
    Counts,
    Idempotency,
    MediaItem,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    Problem,
    Profile,
    Receipt,
    Rejected,
    Standing,
    Transport,
    Verified,
    credential_field,
    secrets_of,
)
from ravi.platforms.shapes.json_http import JsonAnswer, JsonDoor, number_at, text_at
from ravi.platforms.shapes.limits import problems_of

_NONE = Idempotency("none")
_POSTS_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class SandboxCredentials:
    """The server's address and one channel's token, sealed together: a token never goes to another address."""

    base_url: str = credential_field("Sandbox address", "نشانی سکوی تمرینی", address=True)
    token: str = credential_field("Token", "توکن", secret=True)


class _Door:
    """The calls that every played platform shares."""

    kind: ClassVar[str] = "sandbox"
    idempotency: ClassVar[Idempotency] = _NONE
    credentials_type: ClassVar[type] = SandboxCredentials

    def __init__(self, credentials: SandboxCredentials, transport: Transport) -> None:
        self._base_url = credentials.base_url.rstrip("/")
        self._door = JsonDoor(transport.http, {"Authorization": f"Bearer {credentials.token}"}, secrets_of(credentials))

    @staticmethod
    def validate(content: Content, profile: Profile) -> list[Problem]:
        return problems_of(content, profile)

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        return await self._create(target, content, key)

    async def verify(self, target: str) -> Verified:
        answer = await self._door.call("GET", self._channel_url(target))
        return Verified(name=text_at(answer, "name"), handle=text_at(answer, "handle"), detail=answer.evidence)

    async def _create(self, target: str, content: Content, key: str) -> Receipt:
        answer = await self._door.call(
            "POST", f"{self._channel_url(target)}/posts", data=_wire(content, key), headers={"Idempotency-Key": key}
        )
        return _receipt(answer)

    async def _read_back(self, target: str, key: str) -> Receipt | None:
        answer = await self._door.call("GET", f"{self._channel_url(target)}/posts?{urlencode({'key': key})}")
        return _receipt(answer) if answer.data.get("id") else None

    def _channel_url(self, target: str) -> str:
        platform, slash, handle = target.partition("/")
        if not slash or not handle:
            raise Rejected("bad_target", f"a sandbox channel is platform/handle, not {target!r}")
        return f"{self._base_url}/api/{quote(platform, safe='')}/{quote(handle, safe='')}"

    def _post_url(self, target: str, remote_id: str) -> str:
        return f"{self._channel_url(target)}/posts/{quote(remote_id, safe='')}"


class _Edits(_Door):
    async def edit(self, target: str, remote_id: str, content: Content, *, key: str) -> Receipt:
        return _receipt(await self._door.call("PUT", self._post_url(target, remote_id), data=_wire(content, key)))


class _Deletes(_Door):
    async def delete(self, target: str, remote_id: str) -> None:
        try:
            await self._door.call("DELETE", self._post_url(target, remote_id))
        except Rejected as refusal:
            if refusal.code != "not_found":
                raise


class _Pins(_Door):
    async def pin(self, target: str, remote_id: str) -> None:
        await self._door.call("POST", f"{self._post_url(target, remote_id)}/pin")


class _Finds(_Door):
    async def find(self, target: str, key: str) -> Receipt | None:
        return await self._read_back(target, key)


class _Reads(_Door):
    async def read(self, target: str, remote_id: str, content: Content) -> Standing | None:
        try:
            answer = await self._door.call("GET", self._post_url(target, remote_id))
        except Rejected as refusal:
            if refusal.code != "not_found":
                raise
            return None
        title, words = (_said(answer, name) for name in ("title", "text"))
        shown = "\n\n".join(part for part in (title, words) if part)
        return Standing(shown, (title, words) == (content.title, content.text))


class _Counts(_Door):
    async def count(self, target: str) -> int:
        answer = await self._door.call("GET", f"{self._channel_url(target)}/members")
        return number_at(answer, "count")


class _Measures(_Door):
    async def measure(self, target: str, remote_ids: tuple[str, ...]) -> Mapping[str, Counts]:
        found: dict[str, Counts] = {}
        for start in range(0, len(remote_ids), _POSTS_AT_ONCE):
            asked = urlencode({"ids": ",".join(remote_ids[start : start + _POSTS_AT_ONCE])})
            answer = await self._door.call("GET", f"{self._channel_url(target)}/numbers?{asked}")
            found |= _counts(answer)
        return found


class SandboxTelegram(_Edits, _Deletes, _Pins, _Counts):
    """No key and no history for bots: a repeated publish is a second post. Tells its members, and nothing of a post."""


class SandboxBale(_Edits, _Deletes, _Pins, _Counts):
    """As Telegram."""


class SandboxEitaa(_Door):
    """Can neither edit nor remove; pinning only at send time, as part of the content."""


class SandboxWordpress(_Edits, _Deletes, _Pins, _Finds, _Reads):
    """The slug is our key: looked up before writing, because the same slug twice makes a second post."""

    idempotency: ClassVar[Idempotency] = Idempotency("lookup")

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        return await self._read_back(target, key) or await self._create(target, content, key)


class SandboxMastodon(_Edits, _Deletes, _Pins, _Reads, _Counts, _Measures):
    """The server keeps our key for an hour and answers the first receipt again; it cannot be read back by it."""

    idempotency: ClassVar[Idempotency] = Idempotency("native", lifetime_s=3600.0, scope="credential")


class SandboxBluesky(_Deletes, _Finds, _Reads, _Counts, _Measures):
    """The record is created under our own key; a second create answers 500, so an unclear answer is read back."""

    idempotency: ClassVar[Idempotency] = Idempotency("natural")

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        try:
            return await self._create(target, content, key)
        except OutcomeUnknown as unknown:
            if not unknown.evidence.startswith("HTTP 5"):
                raise
            found = await self._read_back_after(unknown, target, key)
            if found is None:
                raise
            return found

    async def _read_back_after(self, unknown: OutcomeUnknown, target: str, key: str) -> Receipt | None:
        try:
            return await self._read_back(target, key)
        except PlatformError as error:
            raise unknown from error


ADAPTERS: Mapping[str, type[Adapter]] = {
    "telegram": SandboxTelegram,
    "bale": SandboxBale,
    "eitaa": SandboxEitaa,
    "wordpress": SandboxWordpress,
    "mastodon": SandboxMastodon,
    "bluesky": SandboxBluesky,
}


def _wire(content: Content, key: str) -> dict[str, Any]:
    return {
        "key": key,
        "text": content.text,
        "title": content.title,
        "link": content.link,
        "lang": content.lang,
        "reply_to": content.reply_to,
        "pin": content.pin,
        "marks": [dataclasses.asdict(mark) for mark in content.marks],
        "media": [_wire_media(item) for item in content.media],
    }


def _wire_media(item: MediaItem) -> dict[str, Any]:
    kind = "video" if item.is_video else "image"
    wire: dict[str, Any] = {
        "media_type": item.media_type,
        "alt_text": item.alt_text,
        "content": _base64(item, kind),
    }
    if item.thumbnail is not None:
        wire["thumbnail"] = {"media_type": item.thumbnail.media_type, "content": _base64(item.thumbnail, "picture")}
    if item.captions is not None:
        said = item.captions
        wire["captions"] = {"media_type": said.media_type, "content": _base64(said, "captions"), "lang": said.lang}
    return wire


def _base64(item: MediaItem | Beside, kind: str) -> str:
    if item.content is None:
        raise Rejected("media_missing", f"the bytes of {kind} {item.sha256[:12]} were not loaded")
    return base64.b64encode(item.content).decode("ascii")


def _said(answer: JsonAnswer, name: str) -> str:
    told = answer.data.get(name) if isinstance(answer.data, Mapping) else None
    if not isinstance(told, str):
        raise NotSent(f"the answer has no {name}", evidence=answer.evidence)
    return told


def _counts(answer: JsonAnswer) -> dict[str, Counts]:
    told = answer.data.get("numbers") if isinstance(answer.data, Mapping) else None
    if not isinstance(told, Mapping):
        raise NotSent("the answer has no numbers", evidence=answer.evidence)
    return {
        str(post): Counts(
            reactions=number_at(answer, "numbers", post, "reactions"),
            shares=number_at(answer, "numbers", post, "shares"),
            replies=number_at(answer, "numbers", post, "replies"),
        )
        for post in told
    }


def _receipt(answer: JsonAnswer) -> Receipt:
    return Receipt(remote_id=text_at(answer, "id"), link=text_at(answer, "url"), evidence=answer.evidence)
