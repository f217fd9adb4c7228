"""What each played platform refuses, by a table and counters of the server's own."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import regex
from PIL import Image

# A pair of brackets belongs to an address, a lone one ends it.
_URL = regex.compile(r"https?://(?:[^\s<>\"'«»()]|\([^\s<>\"'«»()]*\))+")
_FAR_MENTION = regex.compile(r"(@[\w.-]+)@[\w.-]+\.\w+")
_MAGIC: Mapping[str, Callable[[bytes], bool]] = {
    "image/jpeg": lambda b: b.startswith(b"\xff\xd8\xff"),
    "image/png": lambda b: b.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/gif": lambda b: b[:6] in (b"GIF87a", b"GIF89a"),
    "image/webp": lambda b: b[:4] == b"RIFF" and b[8:12] == b"WEBP",
    "video/mp4": lambda b: b[4:8] == b"ftyp" and b[8:12] != b"qt  ",
    "video/quicktime": lambda b: b[4:12] == b"ftypqt  ",
    "video/webm": lambda b: b.startswith(b"\x1a\x45\xdf\xa3"),
}


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    return len(regex.findall(r"\X", text))


def statusable(text: str) -> int:
    """Graphemes, every link counting 23 and a far mention only its near half."""
    return graphemes(_URL.sub("x" * 23, _FAR_MENTION.sub(r"\1", text)))


def octets(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


Ceiling = tuple[Callable[[str], int], int]


@dataclass(frozen=True, slots=True)
class Rules:
    text: Sequence[Ceiling]
    caption: Sequence[Ceiling]
    images: int
    image_bytes: int
    kinds: frozenset[str]
    edits: bool = True
    deletes: bool = True
    pins: bool = True
    finds: bool = False
    reads: bool = False  # a channel's own post, by its number
    needs_title: bool = False
    longest_to_shortest: int | None = None
    tells_members: bool = False
    tells: frozenset[str] = frozenset()  # of each post
    asked_at_once: int = 25
    marks: frozenset[str] = frozenset()
    films: int = 1
    film_bytes: int = 50_000_000
    film_kinds: frozenset[str] = frozenset({"video/mp4"})
    film_seconds: int | None = None
    mixes: bool = False  # images and videos in one post


_JPEG_PNG_WEBP = frozenset({"image/jpeg", "image/png", "image/webp"})
_JPEG_PNG = frozenset({"image/jpeg", "image/png"})
_ANY = frozenset(kind for kind in _MAGIC if kind.startswith("image/"))
_MESSENGER: Sequence[Ceiling] = ((utf16_units, 4_096),)
_CAPTION: Sequence[Ceiling] = ((utf16_units, 1_024),)
_TOOT: Sequence[Ceiling] = ((statusable, 500),)
_SKEET: Sequence[Ceiling] = ((graphemes, 300), (octets, 3_000))
_PUBLIC = frozenset({"reactions", "shares", "replies"})

_RICH = frozenset({"bold", "quote", "link"})
_LINKS = frozenset({"link"})

RULES: Mapping[str, Rules] = {
    "telegram": Rules(
        _MESSENGER,
        _CAPTION,
        10,
        10_000_000,
        _JPEG_PNG_WEBP,
        marks=_RICH,
        tells_members=True,
        longest_to_shortest=20,
        films=10,
        mixes=True,
    ),
    "bale": Rules(_MESSENGER, _CAPTION, 10, 10_000_000, _JPEG_PNG_WEBP, tells_members=True, films=10, mixes=True),
    "eitaa": Rules(_MESSENGER, _CAPTION, 1, 10_000_000, _JPEG_PNG, edits=False, deletes=False, pins=False),
    "wordpress": Rules(
        (),
        (),
        20,
        20 << 20,
        _ANY,
        finds=True,
        reads=True,
        needs_title=True,
        marks=_RICH,
        films=2,
        film_bytes=64 << 20,
        film_kinds=frozenset({"video/mp4", "video/webm"}),
        mixes=True,
    ),
    "mastodon": Rules(
        _TOOT,
        _TOOT,
        4,
        16 << 20,
        _JPEG_PNG_WEBP,
        reads=True,
        tells_members=True,
        tells=_PUBLIC,
        film_bytes=99 << 20,
        film_kinds=frozenset({"video/mp4", "video/webm", "video/quicktime"}),
    ),
    "bluesky": Rules(
        _SKEET,
        _SKEET,
        4,
        1_000_000,
        _JPEG_PNG_WEBP,
        edits=False,
        pins=False,
        finds=True,
        reads=True,
        tells_members=True,
        tells=_PUBLIC,
        marks=_LINKS,
        film_bytes=50 << 20,
        film_seconds=180,
    ),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Formatting of code points `start` to `end`."""

    kind: str
    start: int
    end: int
    href: str


class Refused(Exception):
    """The platform's "no" with its code and sentence."""

    def __init__(self, code: str, detail: str, *, status: int = 400) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.status = status


def check_post(platform: str, text: str, title: str, images: Sequence[tuple[str, bytes]]) -> None:
    """Raise Refused for what the played platform would not take."""
    rules = RULES[platform]
    if not text.strip() and not images:
        raise Refused("empty", "message text is empty")
    if rules.needs_title and not title.strip():
        raise Refused("title_missing", "a post needs a title")
    for count, ceiling in rules.caption if images else rules.text:
        if (actual := count(text)) > ceiling:
            raise Refused("too_long", f"{'caption' if images else 'text'} is too long: {actual} of {ceiling}")
    if len(images) > rules.images:
        raise Refused("too_many_media", f"{len(images)} images, at most {rules.images}")
    _check_films(rules, images)
    for kind, content in images:
        if not kind.startswith("video/"):
            _check_image(rules, kind, content)


def _check_films(rules: Rules, media: Sequence[tuple[str, bytes]]) -> None:
    films = [(kind, content) for kind, content in media if kind.startswith("video/")]
    if len(films) > rules.films:
        raise Refused("too_many_media", f"{len(films)} videos, at most {rules.films}")
    if not rules.mixes and 0 < len(films) < len(media):
        raise Refused("media_mixed", "images or a video, not both")
    for kind, content in films:
        if kind not in rules.film_kinds or not _MAGIC[kind](content):
            raise Refused("media_type", f"this is not a video of a type that is taken here: {kind}")
        if len(content) > rules.film_bytes:
            raise Refused("media_too_large", f"{len(content)} bytes, at most {rules.film_bytes}", status=413)
        if rules.film_seconds is not None and (lasts := seconds(content)) > rules.film_seconds:
            raise Refused("video_too_long", f"{lasts:.0f} seconds, at most {rules.film_seconds}")


def seconds(film: bytes) -> float:
    """How long an MP4 says that it is (ISO/IEC 14496-12, 8.2.2); 0 where it says nothing."""
    at = film.find(b"mvhd")
    if at < 0:
        return 0.0
    wide = film[at + 4] == 1
    start = at + (24 if wide else 16)
    scale = int.from_bytes(film[start : start + 4])
    length = int.from_bytes(film[start + 4 : start + (12 if wide else 8)])
    return length / scale if scale else 0.0


def check_marks(platform: str, text: str, marks: Sequence[Mark]) -> None:
    """Raise Refused for formatting that the played platform does not know, or that holds no words of the text."""
    for mark in marks:
        if mark.kind not in RULES[platform].marks:
            raise Refused("bad_entity", f"{mark.kind} is not known here")
        if not 0 <= mark.start < mark.end <= len(text):
            raise Refused("bad_entity", f"{mark.kind} holds {mark.start} to {mark.end} of {len(text)}")
        if (mark.kind == "link") != bool(_URL.fullmatch(mark.href)):
            raise Refused("bad_entity", "a link leads to a web address, and nothing else does")


def _check_image(rules: Rules, kind: str, content: bytes) -> None:
    if kind not in rules.kinds:
        raise Refused("media_type", f"{kind} is not taken here")
    if len(content) > rules.image_bytes:
        raise Refused("media_too_large", f"{len(content)} bytes, at most {rules.image_bytes}", status=413)
    if not _MAGIC[kind](content):
        raise Refused("media_type", f"this is not an image of type {kind}")
    if rules.longest_to_shortest is not None:
        short, long = sorted(_size(content))
        if long > rules.longest_to_shortest * short:
            raise Refused("bad_shape", f"{long} to {short}, at most {rules.longest_to_shortest} to 1")


def _size(content: bytes) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.size
    except OSError as error:
        raise Refused("media_type", "this image cannot be read") from error
