"""Posts at the edges of a platform's limits, and images that no platform takes as they are.

Every number here is made from the profile that is judged: who decides is the server, or the fake with limits of its own.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Callable, Iterator
from random import Random
from typing import Literal

from PIL import Image

from ravi.platforms.contract import OWN_CHOICE, Content, Limit, Mark, MediaItem, Profile
from ravi.platforms.shapes.limits import COUNTERS

# What people write, and what platforms count differently: half-spaces, joined emoji, flags, marks, far mentions, addresses.
_PIECES = (
    "واکسن",
    "می‌خواهیم",
    "خانه‌های بهداشت",
    "۱۴۰۵",
    "«ایمن»",
    "H5N1",
    "👩🏽‍⚕️",
    "🇮🇷",
    "❤️",
    "کودَکانِ",
    "ﷺ",
    "𝟙",
    "https://example.org/a_(b)?c=1&d=2",
    "http://example.org/سلامت",
    "#سلامت_مادران",
    "2 < 3 & 4 > 1",
    "<b>",
    "@mehregan",
    "mehregan.example.org",
    "漢",
    "ﷲ",
    "1️⃣",
    "👩‍👩‍👧‍👦",
    "بّ\u0650",
    "خانه\u200c",
    "https://example.org/" + "a" * 50,
    "_زیر_ *ستاره* `کد` [کروشه]",
    "é",
    "…",
)
_SIGNS = ("*مهم*", "_کج_", "[این‌جا](https://example.org)", "`کد`", "*4*1#", "* یک", "a_b_c", "**")
SIZES_TRIED = 24 * 1024 * 1024  # a larger image or video than this is not sent in a test
TITLES_TRIED = 300  # nobody can write a longer one
# The whole head of a small MPEG-4 file: what servers look at to know one.
_FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


def generated_posts(profile: Profile, count: int, seed: int, *, heaviest: int = SIZES_TRIED) -> Iterator[Content]:
    """`count` posts, the same for the same seed: each theme in turn, as far as the profile has it."""
    random = Random(f"{profile.kind} {seed}")  # noqa: S311 - the same posts again are wanted
    left_out: dict[Callable[[Profile, Random], Content], bool] = {
        _sized: profile.max_media_bytes > heaviest,
        _filmed: profile.video is None,
        _long_filmed: profile.video is None or profile.video.max_bytes > heaviest or profile.video.source == OWN_CHOICE,
    }
    themes = [theme for theme in _THEMES if not left_out.get(theme)]
    for number in range(count):
        yield themes[number % len(themes)](profile, random)


def awkward_images(profile: Profile) -> Iterator[MediaItem]:
    """Long ones, a single pixel, a see-through one, kinds that some do not take, and one that is heavier than may be."""
    random = Random(f"{profile.kind} awkward")  # noqa: S311 - the same images again are wanted
    for width, height in ((2560, 26), (26, 2560), (500, 1500), (1, 1)):
        yield picture(random, width=width, height=height)
    yield picture(random, "image/webp", width=300, height=100)
    yield picture(random, "image/gif", width=100, height=300)
    yield picture(random, width=120, height=80, mode="RGBA")
    if profile.max_media_bytes <= SIZES_TRIED:
        yield picture(random, width=400, height=300, size_bytes=profile.max_media_bytes + 1)


def _brim(profile: Profile, random: Random) -> Content:
    return a_post(profile, random, _text_at(_some_limit(profile, random, with_media=False), random))


def _caption_brim(profile: Profile, random: Random) -> Content:
    text = _text_at(_some_limit(profile, random, with_media=True), random)
    return a_post(profile, random, text, media=_images(profile, random, 1))


def _plain(profile: Profile, random: Random) -> Content:
    return a_post(profile, random, _said(_words(random, 6), random))


def _marked(profile: Profile, random: Random) -> Content:
    """As a source can say it: a quotation of whole lines outside, a link in it, bold words in that."""
    text, marks = _said(_words(random, 8), random), []
    start, end = 0, len(text)
    for kind in (kind for kind in ("quote", "link", "bold") if kind in profile.marks and random.random() < 0.7):
        marks.append(Mark(kind, start, end, "https://example.org/" if kind == "link" else ""))
        words = [(at, at + len(word)) for at, word in _placed(text[start:end], start)]
        start, end = words[random.randrange(len(words))]
    return a_post(profile, random, text, marks=tuple(marks))


def _placed(text: str, offset: int) -> Iterator[tuple[int, str]]:
    """Each word with its place."""
    place = offset
    for word in text.split(" "):
        yield place, word
        place += len(word) + 1


def _numbered(profile: Profile, random: Random) -> Content:
    """None, some, as many images as may be, and one more."""
    count = random.choice([0, 1, 2, profile.max_media, profile.max_media + 1])
    return a_post(profile, random, _said("تصویرها", random), media=_images(profile, random, count))


def _of_kinds(profile: Profile, random: Random) -> Content:
    kind = random.choice(["image/jpeg", "image/png", "image/webp", "image/gif", "image/tiff"])
    return a_post(profile, random, _said("یک تصویر", random), media=(picture(random, kind),))


def _sized(profile: Profile, random: Random) -> Content:
    """Exactly as heavy as may be, or a byte heavier."""
    if random.random() < 0.8:
        return _numbered(profile, random)
    return a_post(
        profile,
        random,
        _said("سنگین", random),
        media=(picture(random, size_bytes=profile.max_media_bytes + random.choice([0, 1])),),
    )


def _shaped(profile: Profile, random: Random) -> Content:
    ratio = random.choice([1.0, 0.5, 0.8, 1.91, 2.0, float(profile.max_ratio or 3), float(profile.max_ratio or 3) + 1])
    width, height = (round(20 * ratio), 20) if random.random() < 0.5 else (20, round(20 * ratio))
    return a_post(profile, random, _said("باریک", random), media=(picture(random, width=width, height=height),))


def _filmed(profile: Profile, random: Random) -> Content:
    """One video, some, one more than may be, and sometimes beside images."""
    most = profile.video.maximum if profile.video else 1
    films = tuple(film(random) for _film in range(random.choice([1, 1, 2, most, most + 1])))
    images = _images(profile, random, random.choice([0, 0, 1, 2]))
    media = [*films, *images]
    random.shuffle(media)
    return a_post(profile, random, _said("فیلم", random), media=tuple(media))


def _long_filmed(profile: Profile, random: Random) -> Content:
    """A video exactly as heavy as may be, or a byte heavier; mostly a light one."""
    if random.random() < 0.6 or profile.video is None:
        return _filmed(profile, random)
    heavy = film(random, size_bytes=profile.video.max_bytes + random.choice([-1, 0, 1]))
    return a_post(profile, random, _said("فیلم سنگین", random), media=(heavy,))


def _signed(profile: Profile, random: Random) -> Content:
    """Signs that Markdown knows, in a line of words or at its head."""
    words = [random.choice((*_SIGNS, *_PIECES[:5])) for _word in range(random.randint(1, 6))]
    return a_post(profile, random, _said(random.choice((" ", "\n")).join(words), random))


def _empty(profile: Profile, random: Random) -> Content:
    media = _images(profile, random, random.randint(0, 1))
    return a_post(profile, random, random.choice(["", " ", "\n\n", _said(".", random)]), media=media)


def _untitled(profile: Profile, random: Random) -> Content:
    return Content(
        _said(_words(random, 3), random), title=random.choice(["", "  ", "عنوان"]), media=_needed(profile, random)
    )


def _tagged(profile: Profile, random: Random) -> Content:
    most = profile.max_hashtags or 10
    return a_post(
        profile,
        random,
        " ".join(f"#واکسن{tag}" for tag in random.sample(range(100, 1000), most + random.choice([-1, 0, 1]))),
    )


_THEMES: tuple[Callable[[Profile, Random], Content], ...] = (
    _brim,
    _caption_brim,
    _marked,
    _brim,
    _numbered,
    _caption_brim,
    _of_kinds,
    _plain,
    _shaped,
    _filmed,
    _brim,
    _sized,
    _signed,
    _long_filmed,
    _empty,
    _tagged,
    _untitled,
)


def a_post(
    profile: Profile, random: Random, text: str, *, media: tuple[MediaItem, ...] = (), marks: tuple[Mark, ...] = ()
) -> Content:
    return Content(text, title=_title(text), media=media or _needed(profile, random), marks=marks)


def _title(text: str) -> str:
    """One of any length that is kept; of its own throw, so that it changes nothing else of the post."""
    throw = Random(text)  # noqa: S311
    return _words(throw, throw.choice([1, 4, 40]))[:TITLES_TRIED].strip() or "عنوان"


def _needed(profile: Profile, random: Random) -> tuple[MediaItem, ...]:
    return _images(profile, random, profile.min_media)


def _some_limit(profile: Profile, random: Random, *, with_media: bool) -> Limit | None:
    limits = profile.limits(with_media=with_media)
    return random.choice(limits) if limits else None


def _text_at(limit: Limit | None, random: Random) -> str:
    """A text whose length in the limit's own unit is the limit, a little under, or a little over it."""
    if limit is None:
        return _words(random, random.randint(1, 400))
    count, goal = COUNTERS[limit.unit], limit.maximum + random.choice([-1, 0, 0, 1, 2])
    filler = "a" if limit.unit == "utf8_bytes" else random.choice("بپa")
    parts: list[str] = []
    while (missing := goal - 160 - count(" ".join(parts))) > 0:
        parts += random.choices(_PIECES, k=missing // 80 + 1)  # none is longer than eighty
    space = random.choice((" ", "\n"))
    text = space.join(parts)
    text = f"{text}{space}" if text else ""
    while (missing := goal - count(f"{text}{filler}")) > 0:
        text += filler * missing
    return f"{text}{filler}"


def _said(text: str, random: Random) -> str:
    """The text with a number: there are platforms that refuse the same words twice."""
    return f"{text} {random.randrange(1_000_000)}"


def _words(random: Random, most: int) -> str:
    return " ".join(random.choice(_PIECES) for _word in range(random.randint(1, most)))


def _images(profile: Profile, random: Random, count: int) -> tuple[MediaItem, ...]:
    kind = "image/jpeg" if "image/jpeg" in profile.media_types else min(profile.media_types, default="image/jpeg")
    return tuple(picture(random, kind) for _image in range(count))


def picture(
    random: Random,
    kind: str = "image/png",
    *,
    width: int = 20,
    height: int = 20,
    size_bytes: int = 0,
    mode: Literal["RGB", "RGBA"] = "RGB",
) -> MediaItem:
    """A true image that no other is equal to; a PNG may be asked to be of an exact size."""
    colour = (random.randrange(256), random.randrange(256), random.randrange(256), 90)[: len(mode)]
    out = io.BytesIO()
    Image.new(mode, (width, height), colour).save(out, kind.split("/")[1].upper())
    content = _stretched(out.getvalue(), size_bytes) if size_bytes else out.getvalue()
    alt = random.choice(["پوستر «نوبت دوم»، ۶۰ سال به بالا", "تصویر", "a < b & c"])
    return MediaItem(hashlib.sha256(content).hexdigest(), kind, alt, content, width, height, len(content))


def film(random: Random, *, size_bytes: int = 0) -> MediaItem:
    """A video by its head, that no other is equal to."""
    content = _FILM + random.randbytes(40)
    content += b"\0" * max(0, size_bytes - len(content))
    return MediaItem(
        hashlib.sha256(content).hexdigest(), "video/mp4", "فیلم", content, 640, 360, len(content), duration_s=12.0
    )


def _stretched(png: bytes, size_bytes: int) -> bytes:
    """The same picture with a private chunk that nobody reads, before its end."""
    filling = b"\0" * (size_bytes - len(png) - 12)
    chunk = struct.pack(">I", len(filling)) + b"raVi" + filling + struct.pack(">I", zlib.crc32(b"raVi" + filling))
    return png[:-12] + chunk + png[-12:]
