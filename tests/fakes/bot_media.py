"""The files that a Bot API server is sent: whether they are what they are called, and small enough; no HTTP here."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from PIL import Image, UnidentifiedImageError

from tests.fakes.bot_flavour import Flavour
from tests.fakes.bot_world import Photo, Refused, Video

Files = Mapping[str, bytes]
Media = Photo | Video

# https://core.telegram.org/bots/api#sendphoto: width and height together 10,000 at most, ratio 20 at most.
SIDES, RATIO = 10_000, 20
PHOTO_FORMATS = ("JPEG", "PNG", "WEBP")
# https://core.telegram.org/bots/api#sendvideo: a thumbnail is a JPEG of less than 200 kB, and 320 wide and high at most.
THUMBNAIL_BYTES, THUMBNAIL_SIDE = 200_000, 320


def photo_of(flavour: Flavour, given: object, files: Files) -> Photo:
    content = _file(given, files)
    if len(content) > flavour.photo_bytes:
        raise Refused(413, "Request Entity Too Large")
    width, height = _drawn(content, PHOTO_FORMATS)
    if width + height > SIDES or max(width, height) > RATIO * min(width, height):
        raise Refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    return Photo(width, height, content)


def video_of(flavour: Flavour, given: object, told: Mapping[str, Any], files: Files) -> Video:
    """A file of another format than MPEG-4 comes as a mere document, says the page of sendVideo."""
    content = _file(given, files)
    if len(content) > flavour.file_bytes:
        raise Refused(413, "Request Entity Too Large")
    facts = {name: _whole(told, name) for name in ("width", "height", "duration")}
    pictures = {name: _picture(name, told, files) for name in flavour.pictures}
    return Video(
        content=content,
        plays=content[4:8] == b"ftyp",
        pictures={name: picture for name, picture in pictures.items() if picture is not None},
        streams=str(told.get("supports_streaming", "")).lower() == "true",
        **facts,
    )


def media_of(flavour: Flavour, told: object, files: Files) -> Media:
    """One part of an album, or what takes its place."""
    kind = told.get("type") if isinstance(told, dict) else None
    if not isinstance(told, dict) or kind not in {"photo", "video"}:
        raise Refused(400, "Bad Request: can't parse InputMedia: media type is unsupported here")
    if kind == "photo":
        return photo_of(flavour, told.get("media"), files)
    return video_of(flavour, told.get("media"), told, files)


def _file(given: object, files: Files) -> bytes:
    name = str(given or "").removeprefix("attach://")
    if name not in files:
        raise Refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
    if not files[name]:
        raise Refused(400, "Bad Request: file must be non-empty")
    return files[name]


def _picture(name: str, told: Mapping[str, Any], files: Files) -> bytes | None:
    """A thumbnail that is none is passed over in silence; a cover is a photo like any other."""
    if name not in files and name not in told:
        return None
    content = _file(told.get(name, name), files)
    if name == "cover":
        _drawn(content, PHOTO_FORMATS)
        return content
    try:
        is_small = max(_drawn(content, ("JPEG",))) <= THUMBNAIL_SIDE and len(content) < THUMBNAIL_BYTES
    except Refused:
        return None
    return content if is_small else None


def _drawn(content: bytes, formats: tuple[str, ...]) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(content), formats=formats) as image:
            image.load()
            return image.size
    except (UnidentifiedImageError, OSError):
        raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED") from None


def _whole(told: Mapping[str, Any], name: str) -> int:
    try:
        return int(told.get(name) or 0)
    except (ValueError, TypeError):
        raise Refused(400, f"Bad Request: {name} must be a number") from None
