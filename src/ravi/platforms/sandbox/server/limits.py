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
    needs_title: bool = False
    longest_to_shortest: int | None = None
    tells_members: bool = False
    tells: frozenset[str] = frozenset()  # of each post
    asked_at_once: int = 25
    marks: frozenset[str] = frozenset()


_JPEG_PNG_WEBP = frozenset({"image/jpeg", "image/png", "image/webp"})
_JPEG_PNG = frozenset({"image/jpeg", "image/png"})
_ANY = frozenset(_MAGIC)
_MESSENGER: Sequence[Ceiling] = ((utf16_units, 4_096),)
_CAPTION: Sequence[Ceiling] = ((utf16_units, 1_024),)
_TOOT: Sequence[Ceiling] = ((statusable, 500),)
_SKEET: Sequence[Ceiling] = ((graphemes, 300), (octets, 3_000))
_PUBLIC = frozenset({"reactions", "shares", "replies"})

_RICH = frozenset({"bold", "quote", "link"})
_LINKS = frozenset({"link"})

RULES: Mapping[str, Rules] = {
    "telegram": Rules(
        _MESSENGER, _CAPTION, 10, 10_000_000, _JPEG_PNG_WEBP, marks=_RICH, tells_members=True, longest_to_shortest=20
    ),
    "bale": Rules(_MESSENGER, _CAPTION, 10, 10_000_000, _JPEG_PNG_WEBP, tells_members=True),
    "eitaa": Rules(_MESSENGER, _CAPTION, 1, 10_000_000, _JPEG_PNG, edits=False, deletes=False, pins=False),
    "wordpress": Rules((), (), 20, 20 << 20, _ANY, finds=True, needs_title=True, marks=_RICH),
    "mastodon": Rules(_TOOT, _TOOT, 4, 16 << 20, _JPEG_PNG_WEBP, tells_members=True, tells=_PUBLIC),
    "bluesky": Rules(
        _SKEET,
        _SKEET,
        4,
        1_000_000,
        _JPEG_PNG_WEBP,
        edits=False,
        pins=False,
        finds=True,
        tells_members=True,
        tells=_PUBLIC,
        marks=_LINKS,
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
    for kind, content in images:
        _check_image(rules, kind, content)


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
