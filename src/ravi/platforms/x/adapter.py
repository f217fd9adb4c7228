"""Publishes to X as one account. There is no key, and the same words twice are refused there: an unclear answer stays
unknown until a person has looked. A post cannot be changed, only removed."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from ravi.platforms.contract import (
    NO_RIGHTS,
    OTHER_ACCOUNT,
    Adapter,
    Content,
    Counts,
    CredentialsRefused,
    HttpAnswer,
    HttpPort,
    Idempotency,
    MediaItem,
    NotSent,
    OutcomeUnknown,
    Problem,
    Profile,
    RateLimited,
    Receipt,
    Rejected,
    Standing,
    Transport,
    Verified,
    credential_field,
    secrets_of,
)
from ravi.platforms.shapes.json_http import JsonAnswer, JsonDoor, asked_at, number_at, text_at
from ravi.platforms.shapes.limits import problems_of
from ravi.platforms.shapes.multipart import File, form
from ravi.platforms.shapes.oauth1 import Keys, authorization, spelt
from ravi.platforms.shapes.retry_after import moment_of
from ravi.platforms.shapes.this_machine import is_this_machine

MANY = 100  # posts in one question about numbers
_PART_BYTES = 4 * 1024 * 1024
_LONGEST_WAIT_S, _MOST_LOOKS = 300.0, 200
_OLD_S = 60  # a refused signature whose time was further off than this is made once more; our own choice
# What the refusals' words hold, in the order in which they are looked for.
_WORDS = {
    "duplicate content": "duplicate",
    "not permitted to perform": "not_permitted",
    "client-forbidden": NO_RIGHTS,
    "suspended": NO_RIGHTS,
}


@dataclass(frozen=True, slots=True)
class XCredentials:
    """An app's two keys and the account's two, which last until somebody takes them back."""

    api_key: str = credential_field(
        "API key",
        "کلید API",
        secret=True,
        help_en="From console.x.com: your app, “Keys and tokens”, “Consumer keys”. The app needs the right to read and write.",
        help_fa="در console.x.com برنامهٔ خودتان: بخش «Keys and tokens»، زیر عنوان «Consumer keys»؛ با اجازهٔ خواندن و نوشتن.",
    )
    api_secret: str = credential_field("API key secret", "رمز کلید API", secret=True)
    access_token: str = credential_field(
        "Access token",
        "توکن دسترسی",
        secret=True,
        help_en="From the same page, “Access token and secret”, made while signed in to X as the channel's own account.",
        help_fa="در همان صفحه، «Access token and secret»؛ هنگام ساختن آن باید با حساب خود کانال وارد ایکس شده باشید.",
    )
    access_token_secret: str = credential_field("Access token secret", "رمز توکن دسترسی", secret=True)
    server: str = credential_field(
        "Server address",
        "نشانی سرور",
        address=True,
        default="https://api.x.com",
        help_en="Leave it as it is.",
        help_fa="همین بماند.",
    )


class _Hearing:
    """The transport, and when its last answer was given."""

    def __init__(self, http: HttpPort) -> None:
        self._http = http
        self.heard_at: datetime | None = None

    async def request(self, method: str, url: str, **sent: Any) -> HttpAnswer:
        answer = await self._http.request(method, url, **sent)
        self.heard_at = moment_of(answer)
        return answer


class X:
    """`target` is the account's name, without @."""

    kind: ClassVar[str] = "x"
    idempotency: ClassVar[Idempotency] = Idempotency("none")
    credentials_type: ClassVar[type] = XCredentials

    def __init__(self, credentials: XCredentials, transport: Transport) -> None:
        own = credentials
        self._keys = Keys(
            own.api_key.strip(), own.api_secret.strip(), own.access_token.strip(), own.access_token_secret.strip()
        )
        self._server = own.server.strip().rstrip("/")
        self._http = _Hearing(transport.http)
        self._door = JsonDoor(self._http, {}, tuple(secret.strip() for secret in secrets_of(own)))
        self._meant: set[str] = set()

    @staticmethod
    def validate(content: Content, profile: Profile) -> list[Problem]:
        return problems_of(content, profile)

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        if target not in self._meant:
            await self._check(target)
        post: dict[str, Any] = {"text": content.text}
        if content.media:
            post["media"] = {"media_ids": [await self._brought(item) for item in content.media]}
        if content.reply_to:
            post["reply"] = {"in_reply_to_tweet_id": content.reply_to}
        answer = await self._call("POST", "/2/tweets", data=post)
        number = text_at(answer, "data", "id")
        return Receipt(number, f"https://x.com/{quote(target.lstrip('@'), safe='')}/status/{number}", answer.evidence)

    async def delete(self, target: str, remote_id: str) -> None:
        try:
            answer = await self._call("DELETE", f"/2/tweets/{quote(remote_id, safe='')}")
        except Rejected as refusal:
            if not refusal.evidence.startswith("HTTP 404"):
                raise
            if refusal.code != "resource-not-found":
                detail = "somebody between us and X knows no such address: whether the post stands is not known"
                raise OutcomeUnknown(detail, evidence=refusal.evidence) from refusal
            await self._check(target)
            return
        if _at(answer.data, "data", "deleted") is not True:
            raise OutcomeUnknown("the answer does not say that it was removed", evidence=answer.evidence)

    async def verify(self, target: str) -> Verified:
        me = await self._ask("/2/users/me")
        handle = text_at(me, "data", "username")
        _is_meant(target, handle)
        return Verified(text_at(me, "data", "name"), handle, f"@{handle} may post here")

    async def count(self, target: str) -> int:
        me = await self._ask("/2/users/me", **{"user.fields": "public_metrics"})
        _is_meant(target, text_at(me, "data", "username"))
        return number_at(me, "data", "public_metrics", "followers_count")

    async def measure(self, target: str, remote_ids: tuple[str, ...]) -> Mapping[str, Counts]:
        found: dict[str, Counts] = {}
        for start in range(0, len(remote_ids), MANY):
            some = ",".join(remote_ids[start : start + MANY])
            answer = await self._ask("/2/tweets", ids=some, **{"post.fields": "public_metrics"})
            for post in _at(answer.data, "data") or []:
                one = JsonAnswer(post, answer.evidence)
                found[text_at(one, "id")] = _counts(one)
        return found

    async def read(self, target: str, remote_id: str, content: Content) -> Standing | None:
        """X spells addresses its own way, adds one for images, and escapes three signs."""
        if target not in self._meant:
            await self._check(target)
        answer = await self._ask("/2/tweets", ids=remote_id, **{"post.fields": "entities"})
        for post in _at(answer.data, "data") or []:
            if str(_at(post, "id")) == remote_id:
                words = _as_written(post, answer.evidence)
                return Standing(words, words == content.text.strip())
        if not any(_names_as_gone(one, remote_id) for one in _at(answer.data, "errors") or []):
            raise NotSent("the answer does not say whether the post is there", evidence=answer.evidence)
        return None

    async def _check(self, target: str) -> None:
        """Keys speak for one account for as long as they live. Raises Rejected where it is another."""
        _is_meant(target, asked_at(await self._ask("/2/users/me"), "data", "username"))
        self._meant.add(target)

    async def _ask(self, path: str, **query: str) -> JsonAnswer:
        return await self._call("GET", path, query=query)

    async def _call(self, method: str, path: str, *, query: Mapping[str, str] | None = None, **sent: Any) -> JsonAnswer:
        """One signed call. What X refuses comes under a code that says why; keys are refused where fresh signatures are."""
        parts = urlsplit(self._server)
        if parts.scheme != "https" and not is_this_machine(parts.hostname or ""):
            raise CredentialsRefused("nothing is sent to X without TLS; the server's address must begin with https://")
        signed_at = await self._now()
        try:
            try:
                answer = await self._signed(signed_at, method, path, query or {}, **sent)
            except CredentialsRefused:
                # What is refused so has had no effect, and the time of the last answer grows old while nobody asks.
                if abs(await self._now() - signed_at) <= _OLD_S:
                    raise
                answer = await self._signed(await self._now(), method, path, query or {}, **sent)
        except Rejected as refusal:
            raise _named(refusal) from refusal
        except RateLimited as later:
            if "usage-capped" in later.evidence:
                detail = "what was paid for is used up; more can be bought at console.x.com"
                raise Rejected("usage_capped", detail, evidence=later.evidence) from later
            raise
        _is_no_refusal(answer)
        return answer

    async def _signed(
        self,
        now: int,
        method: str,
        path: str,
        query: Mapping[str, str],
        *,
        headers: Mapping[str, str] | None = None,
        **sent: Any,
    ) -> JsonAnswer:
        url, nonce = self._server + path, secrets.token_urlsafe(24)
        signature = authorization(self._keys, method, url, query, nonce=nonce, timestamp=now)
        if query:
            url += "?" + "&".join(f"{spelt(name)}={spelt(value)}" for name, value in query.items())
        return await self._door.call(method, url, headers={"Authorization": signature, **(headers or {})}, **sent)

    async def _now(self) -> int:
        """X's own time as last heard, which a signature holds: an adapter has no clock, and the machine's may be wrong. The
        first question is unsigned, so X refuses it, and says when."""
        if self._http.heard_at is None:
            await self._http.request("GET", f"{self._server}/2/users/me")
        assert self._http.heard_at is not None
        return int(self._http.heard_at.timestamp())

    # Media: whatever fails before the post is made has had no effect for anybody.

    async def _brought(self, item: MediaItem) -> str:
        if item.content is None:
            raise Rejected("media_missing", f"the bytes of {item.sha256[:12]} were not loaded")
        try:
            number = await (self._film(item, item.content) if item.is_video else self._picture(item, item.content))
            if item.alt_text and not item.is_video:
                said = {"id": number, "metadata": {"alt_text": {"text": item.alt_text}}}
                await self._call("POST", "/2/media/metadata", data=said)
        except OutcomeUnknown as unknown:
            raise NotSent(f"an image or video did not arrive: {unknown.detail}", evidence=unknown.evidence) from unknown
        return number

    async def _picture(self, item: MediaItem, content: bytes) -> str:
        return await self._sent(
            "/2/media/upload", {"media_category": "tweet_image"}, File("image", item.media_type, content)
        )

    async def _film(self, item: MediaItem, content: bytes) -> str:
        announced = {"media_type": item.media_type, "media_category": "tweet_video", "total_bytes": len(content)}
        begun = await self._call("POST", "/2/media/upload/initialize", data=announced)
        number = text_at(begun, "data", "id")
        place = f"/2/media/upload/{quote(number, safe='')}"
        for index, start in enumerate(range(0, len(content), _PART_BYTES)):
            part = File("part", "application/octet-stream", content[start : start + _PART_BYTES])
            await self._sent(f"{place}/append", {"segment_index": str(index)}, part, receipt=False)
        await self._ready(number, await self._call("POST", f"{place}/finalize"))
        return number

    async def _sent(self, path: str, fields: Mapping[str, str], file: File, *, receipt: bool = True) -> str:
        body, content_type = form(fields, {"media": file})
        answer = await self._call("POST", path, body=body, headers={"Content-Type": content_type})
        return text_at(answer, "data", "id") if receipt else ""

    async def _ready(self, number: str, answer: JsonAnswer) -> None:
        """Waits while X prepares a film, as long as X says each time."""
        waited_s = 0.0
        for _ in range(_MOST_LOOKS):
            state = _at(answer.data, "data", "processing_info", "state") or "succeeded"
            if state == "succeeded":
                return
            if state == "failed":
                raise Rejected("media_refused", "X could not prepare the video", evidence=answer.evidence)
            pause_s = _at(answer.data, "data", "processing_info", "check_after_secs")
            pause_s = float(pause_s) if isinstance(pause_s, int) and pause_s >= 0 else 1.0
            waited_s += pause_s
            if waited_s > _LONGEST_WAIT_S:
                break
            await asyncio.sleep(pause_s)
            answer = await self._ask("/2/media/upload", command="STATUS", media_id=number)
        raise NotSent("X is still preparing the video", evidence=answer.evidence)


ADAPTERS: Mapping[str, type[Adapter]] = {"x": X}


def _names_as_gone(error: object, remote_id: str) -> bool:
    """Whether X itself says that there is no such post."""
    named = str(_at(error, "value") or _at(error, "resource_id") or "")
    return named == remote_id and str(_at(error, "type") or "").endswith("/resource-not-found")


def _at(value: Any, *path: str) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _as_written(post: Mapping[str, Any], evidence: str) -> str:
    text = asked_at(JsonAnswer(post, evidence), "text")
    for url in _at(post, "entities", "urls") or []:
        written = "" if _at(url, "media_key") else str(_at(url, "expanded_url") or "")
        text = text.replace(str(_at(url, "url")), written)
    return unescape(text).strip()


def _counts(post: JsonAnswer) -> Counts:
    told = {
        name: number_at(post, "public_metrics", f"{name}_count")
        for name in ("impression", "like", "repost", "quote", "reply")
    }
    return Counts(
        views=told["impression"], reactions=told["like"], shares=told["repost"] + told["quote"], replies=told["reply"]
    )


def _is_meant(target: str, handle: str) -> None:
    """Raises Rejected where the keys speak for another account."""
    if target.lstrip("@").lower() != handle.lower():
        raise Rejected(OTHER_ACCOUNT, f"these keys speak for @{handle}, not for @{target.lstrip('@')}")


def _is_no_refusal(answer: JsonAnswer) -> None:
    """A 2xx that holds errors and nothing else is a no."""
    errors = _at(answer.data, "errors")
    if isinstance(errors, list) and errors and _at(answer.data, "data") is None:
        said = errors[0] if isinstance(errors[0], Mapping) else {}
        code = str(said.get("type", "")).rsplit("/", 1)[-1]
        if code != "resource-not-found":  # of a question about several posts, all of which are gone
            raise _named(
                Rejected(code or "refused", str(said.get("detail", ""))[:200] or "X refused", evidence=answer.evidence)
            )


def _named(refusal: Rejected) -> Rejected:
    said = f"{refusal.code} {refusal.detail}".lower()
    for words, code in _WORDS.items():
        if words in said:
            refusal.code = code
            break
    return refusal
