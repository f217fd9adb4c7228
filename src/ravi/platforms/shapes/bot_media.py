"""One image or video of a bot's message: its bytes as a file of the form, and what is told about it beside them; pure."""

from __future__ import annotations

from typing import Any

from ravi.platforms.contract import MediaItem, Rejected
from ravi.platforms.shapes.jpeg import jpeg_size
from ravi.platforms.shapes.multipart import File

_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "video/mp4": "mp4"}
# https://core.telegram.org/bots/api#sendvideo: a thumbnail is a JPEG of less than 200 kB, 320 wide and high at most.
THUMBNAIL_BYTES, THUMBNAIL_SIDE = 200_000, 320


def kind_of(item: MediaItem) -> str:
    return "video" if item.is_video else "photo"


def file_of(name: str, item: MediaItem) -> File:
    """Raises Rejected where the bytes were not loaded."""
    if item.content is None:
        raise Rejected("media_missing", f"the bytes of {kind_of(item)} {item.sha256[:12]} were not loaded")
    return File(f"{name}.{_EXTENSIONS.get(item.media_type, 'bin')}", item.media_type, item.content)


def facts_of(item: MediaItem) -> dict[str, Any]:
    """What a server would else have to guess of a video; nothing of an image."""
    if not item.is_video:
        return {}
    known = {"duration": round(item.duration_s), "width": item.width, "height": item.height}
    return {name: value for name, value in known.items() if value}


def picture_of(item: MediaItem) -> tuple[bytes, bool] | None:
    """A video's picture, and whether it is as small as a thumbnail must be; None where there is none."""
    content = item.thumbnail.content if item.is_video and item.thumbnail else None
    if content is None:
        return None
    size = jpeg_size(content)
    return content, size is not None and max(size) <= THUMBNAIL_SIDE and len(content) < THUMBNAIL_BYTES
