"""What a post is on Bluesky: a record under a key of our own, its words marked by places in their UTF-8. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ravi.platforms.contract import Content, Mark, MediaItem
from ravi.text.addresses import addresses
from ravi.text.hashtags import hashtags
from ravi.text.lengths import bluesky_graphemes, utf8_bytes

POSTS, PROFILE = "app.bsky.feed.post", "app.bsky.actor.profile"
Record = dict[str, Any]

# https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/richtext/facet.json (read 2026-11-26)
TAG_GRAPHEMES, TAG_BYTES = 64, 640
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

# https://atproto.com/specs/tid: 53 bits of microseconds, 10 bits that say which clock, in 13 letters that sort.
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_FROM_US = int(datetime(2023, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000


def rkey_of(key: str) -> str:
    """The record's own name. A post's must look like a moment: ours are made of the key and lie between 2023 and 2025,
    before any that a program gives from today on."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:7], "big")
    moment_us, which_clock = _FROM_US + (number >> 10), number & 1023
    value = (moment_us << 10) | which_clock
    return "".join(_LETTERS[(value >> shift) & 31] for shift in range(60, -1, -5))


def post_record(content: Content, created_at: datetime, *, embed: Record | None, reply: Record | None) -> Record:
    """The record of a post; `reply` and `embed` as the protocol has them."""
    moment = created_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record: Record = {"$type": POSTS, "text": content.text, "createdAt": moment}
    if _LANGUAGE.fullmatch(content.lang):
        record["langs"] = [content.lang]
    if facets := facets_of(content.text, content.marks):
        record["facets"] = facets
    if embed:
        record["embed"] = embed
    if reply:
        record["reply"] = reply
    return record


def images_embed(images: Iterable[tuple[MediaItem, Record]]) -> Record:
    """Up to four images, each with what the server called its bytes."""
    shown = [{"image": blob, "alt": item.alt_text, **_shape(item)} for item, blob in images]
    return {"$type": "app.bsky.embed.images", "images": shown}


def video_embed(item: MediaItem, blob: Record, captions: Record | None, lang: str) -> Record:
    """One video; the network draws the picture before it plays. Captions that name no language are in the post's."""
    video: Record = {"$type": "app.bsky.embed.video", "video": blob, "alt": item.alt_text, **_shape(item)}
    lang = (item.captions.lang if item.captions else "") or lang
    if captions:
        video["captions"] = [{"lang": lang if _LANGUAGE.fullmatch(lang) else "und", "file": captions}]
    return video


def facets_of(text: str, marks: tuple[Mark, ...] = ()) -> list[Record]:
    """Links and hashtags by their places in the text's UTF-8, in order and beside each other: a marked link goes before
    an address that stands in the words, an address before a hashtag."""
    taken: list[tuple[int, int, Record]] = []
    for start, end, feature in (*_marked(marks), *_addresses(text), *_tags(text)):
        if 0 <= start < end <= len(text) and all(end <= other[0] or other[1] <= start for other in taken):
            taken.append((start, end, feature))
    at = _byte_places(text)
    return [
        {"index": {"byteStart": at[start], "byteEnd": at[end]}, "features": [feature]}
        for start, end, feature in sorted(taken, key=lambda one: one[0])
    ]


def _marked(marks: tuple[Mark, ...]) -> Iterable[tuple[int, int, Record]]:
    return ((mark.start, mark.end, _link(mark.href)) for mark in marks if mark.kind == "link" and _is_web(mark.href))


def _addresses(text: str) -> Iterable[tuple[int, int, Record]]:
    return ((start, end, _link(text[start:end])) for start, end in addresses(text))


def _tags(text: str) -> Iterable[tuple[int, int, Record]]:
    for start, end in hashtags(text):
        tag = text[start + 1 : end]
        if bluesky_graphemes(tag) <= TAG_GRAPHEMES and utf8_bytes(tag) <= TAG_BYTES:
            yield start, end, {"$type": "app.bsky.richtext.facet#tag", "tag": tag}


def _link(address: str) -> Record:
    return {"$type": "app.bsky.richtext.facet#link", "uri": address}


def _is_web(address: str) -> bool:
    return bool(_WEB.fullmatch(address))


def _byte_places(text: str) -> list[int]:
    """Where each code point begins in the UTF-8, and where the last one ends."""
    places = [0]
    for character in text:
        places.append(places[-1] + len(character.encode("utf-8", "surrogatepass")))
    return places


def _shape(item: MediaItem) -> Record:
    known = item.width > 0 and item.height > 0
    return {"aspectRatio": {"width": item.width, "height": item.height}} if known else {}


def root_of(parent: Mapping[str, Any], itself: Record) -> Record:
    """Where a thread began: what the parent answers, or the parent."""
    value = parent.get("value")
    above = value.get("reply") if isinstance(value, Mapping) else None
    root = above.get("root") if isinstance(above, Mapping) else None
    return dict(root) if isinstance(root, Mapping) else itself
