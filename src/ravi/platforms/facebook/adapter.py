"""Publishes to a Page of Facebook. There is no key and nothing to find a post again by: an unclear answer stays unknown until
a person has looked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote

from ravi.platforms.contract import (
    OTHER_ACCOUNT,
    Adapter,
    Content,
    Counts,
    Idempotency,
    MediaItem,
    NotSent,
    OutcomeUnknown,
    Problem,
    Profile,
    Receipt,
    Rejected,
    Standing,
    Transport,
    Verified,
    credential_field,
)
from ravi.platforms.facebook.graph import GONE, Graph
from ravi.platforms.shapes.json_http import JsonAnswer, asked_at, number_at, text_at
from ravi.platforms.shapes.limits import problems_of
from ravi.platforms.shapes.multipart import File

_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "video/mp4": "mp4", "video/quicktime": "mov"}
# Whoever reacted or wrote is not asked for: no item of either list, only how many there are.
_NUMBERS = "id,reactions.limit(0).summary(total_count),comments.limit(0).summary(total_count)"
_MOST_PARTS = 10_000


@dataclass(frozen=True, slots=True)
class FacebookCredentials:
    """A Page's own token, which has no end when it was made from a person's long-lived one."""

    token: str = credential_field(
        "Page access token",
        "توکن صفحه",
        secret=True,
        help_en="Of the Page itself, not of a person; with pages_manage_posts, pages_read_engagement and pages_show_list.",
        help_fa="توکن خود صفحه، نه توکن شخص؛ با اجازه‌های pages_manage_posts و pages_read_engagement و pages_show_list.",
    )
    server: str = credential_field(
        "Server address",
        "نشانی سرور",
        address=True,
        default="https://graph.facebook.com",
        help_en="Leave it as it is.",
        help_fa="همین بماند.",
    )


class Facebook:
    """`target` is the Page's name or number. An id here is the post's or, with "v" before it, a video's; after a "~" stands
    which images it was made with, for those stay as they are."""

    kind: ClassVar[str] = "facebook"
    idempotency: ClassVar[Idempotency] = Idempotency("none")
    credentials_type: ClassVar[type] = FacebookCredentials

    def __init__(self, credentials: FacebookCredentials, transport: Transport) -> None:
        self._graph = Graph(credentials.server, credentials.token, transport.http)

    @staticmethod
    def validate(content: Content, profile: Profile) -> list[Problem]:
        return problems_of(content, profile)

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        page = text_at(await self._page(target), "id")
        if any(item.is_video for item in content.media):
            return await self._film(page, content)
        post: dict[str, Any] = {"message": content.text, "fields": "id,permalink_url"}
        if content.media:
            post["attached_media"] = [{"media_fbid": await self._photo(page, item)} for item in content.media]
        answer = await self._graph.tell(f"{page}/feed", post)
        number = text_at(answer, "id")
        return Receipt(number + _made_with(content.media), _link(answer, number), answer.evidence)

    async def edit(self, target: str, remote_id: str, content: Content, *, key: str) -> Receipt:
        number, made, post = remote_id.partition("~")
        if f"{made}{post}" != _made_with(content.media):
            raise Rejected("media_changed", "the images of a post stay as they are there; remove it and publish anew")
        words = {"description" if number.startswith("v") else "message": content.text}
        answer = await self._graph.tell(_path(number), words)
        _is_done(answer)
        return Receipt(remote_id, "", answer.evidence)

    async def delete(self, target: str, remote_id: str) -> None:
        number = remote_id.partition("~")[0]
        try:
            _is_done(await self._graph.remove(_path(number)))
        except Rejected as refusal:
            if refusal.code != GONE:
                raise
            # "Does not exist, or may not be seen": a token that still speaks for the Page sees every post of it.
            await self._page(target)

    async def read(self, target: str, remote_id: str, content: Content) -> Standing | None:
        number = remote_id.partition("~")[0]
        name = "description" if number.startswith("v") else "message"
        try:
            answer = await self._graph.ask(_path(number), fields=f"id,{name}")
        except Rejected as refusal:
            if refusal.code != GONE:
                raise
            await self._page(target)
            return None
        asked_at(answer, "id")
        words = str(answer.data.get(name) or "")  # a post without words has no such field
        return Standing(words, words.strip() == content.text.strip())

    async def verify(self, target: str) -> Verified:
        page = await self._page(target)
        return Verified(text_at(page, "name"), target.lstrip("@"), "the token speaks for this Page")

    async def count(self, target: str) -> int:
        return number_at(await self._page(target, "followers_count"), "followers_count")

    async def measure(self, target: str, remote_ids: tuple[str, ...]) -> Mapping[str, Counts]:
        found: dict[str, Counts] = {}
        for remote_id in remote_ids:
            number = remote_id.partition("~")[0]
            is_video = number.startswith("v")
            try:
                answer = await self._graph.ask(_path(number), fields="id" if is_video else _NUMBERS)
            except Rejected as refusal:
                if refusal.code != GONE:
                    raise
                continue
            found[remote_id] = Counts() if is_video else _counts(answer)
        return found

    async def _page(self, target: str, *more: str) -> JsonAnswer:
        """The Page that the token speaks for. Raises Rejected where that is another one, or a person."""
        answer = await self._graph.ask("me", fields=",".join(("id", "name", "username", *more)))
        number, name = text_at(answer, "id"), str(answer.data.get("username") or "")
        if target.lstrip("@").lower() not in {number, name.lower()}:
            called = f"{text_at(answer, 'name')} ({name or number})"
            raise Rejected(OTHER_ACCOUNT, f"this token speaks for {called}, not for {target}", evidence=answer.evidence)
        return answer

    # Media: whatever fails before the post itself is made has had no effect for anybody.

    async def _photo(self, page: str, item: MediaItem) -> str:
        fields = {"published": "false", "alt_text_custom": item.alt_text}
        return text_at(
            await self._brought(f"{page}/photos", fields, "source", _file("photo", item, item.content)), "id"
        )

    async def _film(self, page: str, content: Content) -> Receipt:
        if len(content.media) > 1:
            raise Rejected("media_mixed", "a post holds images or one video")
        [item] = content.media
        whole, place = _file("video", item, item.content), f"{page}/videos"
        begun = await self._brought(place, {"upload_phase": "start", "file_size": len(whole.content)})
        session, number = text_at(begun, "upload_session_id"), text_at(begun, "video_id")
        start, end = int(text_at(begun, "start_offset")), int(text_at(begun, "end_offset"))
        for _ in range(_MOST_PARTS):
            if start >= end:
                break
            fields = {"upload_phase": "transfer", "upload_session_id": session, "start_offset": start}
            part = File(whole.name, whole.media_type, whole.content[start:end])
            answer = await self._brought(place, fields, "video_file_chunk", part)
            start, end = int(text_at(answer, "start_offset")), int(text_at(answer, "end_offset"))
        last = {
            "upload_phase": "finish",
            "upload_session_id": session,
            "description": content.text,
            "title": content.title,
        }
        answer = await self._graph.tell(place, {name: value for name, value in last.items() if value})
        _is_done(answer)
        return Receipt(
            f"v{number}{_made_with(content.media)}",
            f"https://www.facebook.com/{page}/videos/{number}/",
            answer.evidence,
        )

    async def _brought(
        self, path: str, fields: Mapping[str, Any], name: str = "", file: File | None = None
    ) -> JsonAnswer:
        try:
            answer = await self._graph.tell(path, fields, (name, file) if file else None)
            text_at(answer, "id" if path.endswith("/photos") else "start_offset")
        except OutcomeUnknown as unknown:
            raise NotSent(f"an image or video did not arrive: {unknown.detail}", evidence=unknown.evidence) from unknown
        return answer


ADAPTERS: Mapping[str, type[Adapter]] = {"facebook": Facebook}


def _path(number: str) -> str:
    return quote(number.removeprefix("v"), safe="")


def _file(name: str, item: MediaItem, content: bytes | None) -> File:
    if content is None:
        raise Rejected("media_missing", f"the bytes of {item.sha256[:12]} were not loaded")
    return File(f"{name}.{_EXTENSIONS.get(item.media_type, 'bin')}", item.media_type, content)


def _made_with(media: tuple[MediaItem, ...]) -> str:
    if not media:
        return ""
    said = "|".join(f"{item.sha256}:{item.alt_text}" for item in media)
    return f"~{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _link(answer: JsonAnswer, number: str) -> str:
    told = answer.data.get("permalink_url")
    return told if isinstance(told, str) and told.startswith("https://") else f"https://www.facebook.com/{number}"


def _is_done(answer: JsonAnswer) -> None:
    if not isinstance(answer.data, Mapping) or answer.data.get("success") is not True:
        raise OutcomeUnknown("the answer does not say that it was done", evidence=answer.evidence)


def _counts(answer: JsonAnswer) -> Counts:
    return Counts(
        reactions=number_at(answer, "reactions", "summary", "total_count"),
        replies=number_at(answer, "comments", "summary", "total_count"),
    )
