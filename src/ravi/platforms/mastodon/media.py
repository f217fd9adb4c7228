"""Puts the files of a post onto the server; nothing is published by it, so no failure here is "unknown"."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from ravi.platforms.contract import MediaItem, NotSent, OutcomeUnknown, Rejected
from ravi.platforms.shapes.json_http import JsonAnswer, text_at
from ravi.platforms.shapes.multipart import File, form

_EXTENSIONS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp",
    "video/mp4": "mp4", "video/webm": "webm", "video/quicktime": "mov",
}  # fmt: skip
Call = Callable[..., Awaitable[JsonAnswer]]


async def uploaded(call: Call, item: MediaItem, pauses_s: tuple[float, ...]) -> str:
    """The number of a file that is ready to be posted. A film is prepared for a while: it is asked for after each of
    `pauses_s`. Raises NotSent, Rejected, RateLimited, CredentialsRefused."""
    body, content_type = form({"description": item.alt_text}, _files(item))
    try:
        answer = await call("POST", "/api/v2/media", body=body, headers={"Content-Type": content_type})
        number = text_at(answer, "id")
    except OutcomeUnknown as unknown:
        raise NotSent(f"a file did not arrive: {unknown.detail}", evidence=unknown.evidence) from unknown
    for pause_s in pauses_s:
        if _is_ready(answer):
            return number
        await asyncio.sleep(pause_s)
        answer = await call("GET", f"/api/v1/media/{number}")
    if _is_ready(answer):
        return number
    raise NotSent("the server is still preparing a file; nothing was posted", evidence=answer.evidence)


def _files(item: MediaItem) -> dict[str, File]:
    if item.content is None:
        raise Rejected("media_missing", f"the bytes of file {item.sha256[:12]} were not loaded")
    files = {"file": File(f"file.{_EXTENSIONS.get(item.media_type, 'bin')}", item.media_type, item.content)}
    if item.thumbnail is not None and item.thumbnail.content is not None:
        files["thumbnail"] = File("thumbnail.jpg", item.thumbnail.media_type, item.thumbnail.content)
    return files


def _is_ready(answer: JsonAnswer) -> bool:
    """While it is prepared the file has no address yet."""
    return isinstance(answer.data, Mapping) and bool(answer.data.get("url"))
