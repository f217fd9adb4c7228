"""Puts a post's files into the site's library, each once: the same bytes with the same words are found again. Nothing is
published by it, so an upload without a clear answer is NotSent."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ravi.platforms.contract import Beside, MediaItem, NotSent, OutcomeUnknown, Rejected
from ravi.platforms.shapes.json_http import JsonAnswer, text_at
from ravi.platforms.wordpress.html import Placed

_EXTENSIONS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif",
    "video/mp4": "mp4", "video/webm": "webm", "text/vtt": "vtt",
}  # fmt: skip
Call = Callable[..., Awaitable[JsonAnswer]]
Url = Callable[..., str]


async def placed(call: Call, url: Url, item: MediaItem) -> Placed:
    """The file in the library, with a film's picture and captions beside it. Raises NotSent, Rejected, RateLimited,
    CredentialsRefused."""
    number, address = await _file(call, url, item, item.alt_text)
    if not item.is_video:
        return Placed(number, address, item.alt_text)
    poster = await _file(call, url, item.thumbnail, "") if item.thumbnail else (0, "")
    captions = await _file(call, url, item.captions, "") if item.captions else (0, "")
    lang = item.captions.lang if item.captions else ""
    return Placed(number, address, item.alt_text, True, poster[1], captions[1], lang)


async def _file(call: Call, url: Url, item: MediaItem | Beside, alt_text: str) -> tuple[int, str]:
    if item.content is None:
        raise Rejected("media_missing", f"the bytes of file {item.sha256[:12]} were not loaded")
    name = "ravi-" + hashlib.sha256(f"{item.sha256} {alt_text}".encode()).hexdigest()[:24]
    found = first_of(await call("GET", url("media", slug=name)))
    if found is None:
        found = await _uploaded(call, url("media", slug=name, title=name, alt_text=alt_text), name, item)
    return int(found["id"]), str(found["source_url"])


async def _uploaded(call: Call, address: str, name: str, item: MediaItem | Beside) -> Mapping[str, Any]:
    headers = {
        "Content-Type": item.media_type,
        "Content-Disposition": f'attachment; filename="{name}.{_EXTENSIONS.get(item.media_type, "bin")}"',
    }
    try:
        answer = await call("POST", address, body=item.content, headers=headers)
        text_at(answer, "id"), text_at(answer, "source_url")
    except OutcomeUnknown as unknown:
        raise NotSent(f"a file did not arrive: {unknown.detail}", evidence=unknown.evidence) from unknown
    found: Mapping[str, Any] = answer.data
    return found


def first_of(answer: JsonAnswer) -> Mapping[str, Any] | None:
    """The first of a list of the site's. Raises NotSent when it is none."""
    if not isinstance(answer.data, list):
        raise NotSent("the site's list cannot be read", evidence=answer.evidence)
    return next((item for item in answer.data if isinstance(item, Mapping)), None)
