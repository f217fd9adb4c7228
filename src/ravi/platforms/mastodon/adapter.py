"""Publishes to one account of a server that speaks Mastodon's API. A key holds for an hour there and can then not be read
back, so that an older unclear answer stays unknown until a person has looked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit

from ravi.platforms.contract import (
    NO_RIGHTS,
    OTHER_ACCOUNT,
    Adapter,
    Content,
    Counts,
    CredentialsRefused,
    Idempotency,
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
)
from ravi.platforms.mastodon.media import uploaded
from ravi.platforms.mastodon.readings import counts_of, followers, limits_of
from ravi.platforms.shapes.json_http import JsonAnswer, JsonDoor, asked_at, text_at
from ravi.platforms.shapes.limits import problems_of
from ravi.platforms.shapes.this_machine import is_this_machine

_AT_ONCE = 20  # statuses in one question; the server refuses more
_NEEDED = ("write:statuses", "write:media")
_ME = "/api/v1/accounts/verify_credentials"
_STATUSES = "/api/v1/statuses"
_NAMED = {"403": NO_RIGHTS, "413": "too_large"}
_GONE = "not_found"


@dataclass(frozen=True, slots=True)
class MastodonCredentials:
    """An account's token, and the server that it is for: it goes to no other."""

    server: str = credential_field(
        "Server address",
        "نشانی سرور",
        address=True,
        help_en="As in the browser when you read your account, with https://.",
        help_fa="همان که هنگام دیدن حساب در مرورگر است؛ با https:// آغاز می‌شود.",
    )
    token: str = credential_field(
        "Access token",
        "توکن دسترسی",
        secret=True,
        help_en="On the server under Preferences, Development, New application. Tick read:accounts, read:statuses,"
        " write:accounts, write:media and write:statuses, save, open the application and copy “Your access token”.",
        help_fa="در سرور، بخش ترجیحات، توسعه، برنامهٔ تازه: read:accounts، read:statuses، write:accounts، write:media"
        " و write:statuses را علامت بزنید، ذخیره کنید، برنامه را باز کنید و «توکن دسترسی شما» را بردارید.",
    )


class Mastodon:
    """`target` is the account's name, with or without its server; the token says which account it is."""

    kind: ClassVar[str] = "mastodon"
    idempotency: ClassVar[Idempotency] = Idempotency("native", lifetime_s=3600.0, scope="credential")
    credentials_type: ClassVar[type] = MastodonCredentials
    # How long a film may take, in all well within the time of one call.
    _pauses_s: ClassVar[tuple[float, ...]] = (0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 8.0)

    def __init__(self, credentials: MastodonCredentials, transport: Transport) -> None:
        self._server = credentials.server.strip().rstrip("/")
        token = credentials.token.strip()  # as it is pasted
        self._door = JsonDoor(transport.http, {"Authorization": f"Bearer {token}"}, (token,) if token else ())
        self._meant: set[str] = set()

    @staticmethod
    def validate(content: Content, profile: Profile) -> list[Problem]:
        return problems_of(content, profile)

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        if target not in self._meant:
            await self._check(target)
        status = {**await self._status(content), "visibility": "public"}
        if content.reply_to:
            status["in_reply_to_id"] = content.reply_to
        receipt = _receipt(await self._call("POST", _STATUSES, data=status, headers={"Idempotency-Key": key}))
        return await self._pinned(target, receipt) if content.pin else receipt

    async def edit(self, target: str, remote_id: str, content: Content, *, key: str) -> Receipt:
        """Its files go up anew: the server does not tell which bytes stand there."""
        return _receipt(await self._call("PUT", _of(remote_id), data=await self._status(content)))

    async def delete(self, target: str, remote_id: str) -> None:
        try:
            await self._call("DELETE", _of(remote_id))
        except Rejected as refusal:
            if not refusal.evidence.startswith("HTTP 404"):
                raise
            if refusal.code != _GONE:
                detail = (
                    "somebody between us and the server knows no such address: whether the post stands is not known"
                )
                raise OutcomeUnknown(detail, evidence=refusal.evidence) from refusal
            await self._check(target)  # another account's token sees no such post either

    async def pin(self, target: str, remote_id: str) -> None:
        try:
            await self._call("POST", f"{_of(remote_id)}/pin")
        except Rejected:
            # A second pin of the same post is refused like a sixth one; the post itself tells which it was.
            told = (await self._call("GET", _of(remote_id))).data
            if not isinstance(told, Mapping) or told.get("pinned") is not True:
                raise

    async def read(self, target: str, remote_id: str, content: Content) -> Standing | None:
        """The words as they were written, before the server made HTML of them."""
        try:
            answer = await self._call("GET", f"{_of(remote_id)}/source")
        except Rejected as refusal:
            if refusal.code != _GONE:
                raise
            await self._check(target)  # another account's token sees no such post either
            return None
        words = answer.data.get("text") if isinstance(answer.data, Mapping) else None
        if not isinstance(words, str):
            raise NotSent("the answer has no words", evidence=answer.evidence)
        return Standing(words, words.strip() == content.text.strip())

    async def verify(self, target: str) -> Verified:
        me = await self._call("GET", _ME)
        name, handle = text_at(me, "username"), await self._handle(text_at(me, "username"), target)
        told = await self._scopes()
        missing = [scope for scope in _NEEDED if told and not {scope, "write"} & told]
        if missing:
            raise Rejected(NO_RIGHTS, f"the token lacks {' and '.join(missing)}: make one with these ticked")
        shown = me.data.get("display_name")
        return Verified(shown if isinstance(shown, str) and shown else name, handle, " ".join(sorted(told)))

    async def count(self, target: str) -> int:
        return followers(await self._call("GET", _ME))

    async def measure(self, target: str, remote_ids: tuple[str, ...]) -> Mapping[str, Counts]:
        found: dict[str, Counts] = {}
        for start in range(0, len(remote_ids), _AT_ONCE):
            found |= await self._measured(remote_ids[start : start + _AT_ONCE])
        return found

    async def limits(self, target: str) -> Mapping[str, float]:
        return limits_of(await self._call("GET", "/api/v2/instance"))

    async def _call(self, method: str, path: str, **sent: Any) -> JsonAnswer:
        parts = urlsplit(self._server)
        if parts.scheme != "https" and not is_this_machine(parts.hostname or ""):
            raise CredentialsRefused("a token is not sent without TLS; the server's address must begin with https://")
        try:
            return await self._door.call(method, self._server + path, **sent)
        except Rejected as refusal:
            status, _, said = refusal.evidence.removeprefix("HTTP ").partition(" ")
            refusal.code = _GONE if status == "404" and _is_an_error(said) else _NAMED.get(status, refusal.code)
            raise

    async def _check(self, target: str) -> None:
        """A token speaks for one account for as long as it lives. Raises Rejected where it is another."""
        handle = await self._handle(asked_at(await self._call("GET", _ME), "username"), target)
        if handle.casefold() != target.strip().lstrip("@").casefold():
            raise Rejected(OTHER_ACCOUNT, f"this token speaks for @{handle}, not for @{target.strip().lstrip('@')}")
        self._meant.add(target)

    async def _status(self, content: Content) -> dict[str, Any]:
        files = [await uploaded(self._call, item, self._pauses_s) for item in content.media]
        return {"status": content.text, "language": content.lang, "media_ids": files}

    async def _pinned(self, target: str, receipt: Receipt) -> Receipt:
        """The post stands whatever becomes of its pin: that is told beside the receipt."""
        try:
            await self.pin(target, receipt.remote_id)
        except PlatformError as error:
            return Receipt(receipt.remote_id, receipt.link, f"{receipt.evidence} | not pinned: {error.detail}")
        return receipt

    async def _handle(self, name: str, target: str) -> str:
        """As the channel is called, if that is this account: its server may be named by its own name or by its site's."""
        if "@" not in target.lstrip("@"):
            return name
        site = urlsplit(self._server).netloc
        try:
            domain = text_at(await self._call("GET", "/api/v2/instance"), "domain")
        except (Rejected, OutcomeUnknown):
            domain = site
        spelt = [f"{name}@{domain}", f"{name}@{site}"]
        return next((one for one in spelt if one.casefold() == target.lstrip("@").casefold()), spelt[0])

    async def _scopes(self) -> frozenset[str]:
        """What the token may do, where the server is new enough to tell."""
        try:
            told = (await self._call("GET", "/api/v1/apps/verify_credentials")).data
        except Rejected:
            return frozenset()
        scopes = told.get("scopes") if isinstance(told, Mapping) else None
        return frozenset(str(one) for one in scopes) if isinstance(scopes, list) else frozenset()

    async def _measured(self, remote_ids: tuple[str, ...]) -> Mapping[str, Counts]:
        asked = urlencode([("id[]", one) for one in remote_ids])
        try:
            told = (await self._call("GET", f"{_STATUSES}?{asked}")).data
        except Rejected:
            told = [await self._one(remote_id) for remote_id in remote_ids]  # a server from before 4.3
        return counts_of(told, remote_ids)

    async def _one(self, remote_id: str) -> object:
        try:
            return (await self._call("GET", _of(remote_id))).data
        except Rejected as refusal:
            if refusal.code != _GONE:
                raise
            return None


ADAPTERS: Mapping[str, type[Adapter]] = {"mastodon": Mastodon}


def _of(remote_id: str) -> str:
    return f"{_STATUSES}/{quote(remote_id, safe='')}"


def _is_an_error(said: str) -> bool:
    """Whether this is Mastodon's own way to say no, one sentence and nothing beside it: not the page of a gateway."""
    try:
        told = json.loads(said)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and list(told) == ["error"] and isinstance(told["error"], str)


def _receipt(answer: JsonAnswer) -> Receipt:
    link = answer.data.get("url") if isinstance(answer.data, Mapping) else None
    return Receipt(text_at(answer, "id"), link if isinstance(link, str) else "", answer.evidence)
