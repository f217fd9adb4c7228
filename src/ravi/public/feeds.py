"""Entries as RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1: the same ids, moments, words and images in all three.

What it makes depends on nothing but what it is given, so that an unchanged feed is the same bytes (ETag).
"""

import json
import mimetypes
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from io import StringIO
from typing import Any

from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed

from ravi.delivery.published import Entry, Picture
from ravi.platforms.shapes.marked_html import marked_html

FORMS: Mapping[str, str] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
NEVER = datetime(2026, 1, 1, tzinfo=UTC)  # the age of a feed in which nothing has stood yet
# XML has no place for these, escaped or not (XML 1.0, 2.2).
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Feed:
    """`page` is what people read instead, `address` the feed's own, `unit_names` by channel."""

    title: str
    about: str
    author: str
    lang: str
    page: str
    address: str
    hub: str
    changed_at: datetime | None


@dataclass(frozen=True)
class Item:
    """An entry and where it stands; `images` are their addresses, `sizes` bytes by hash."""

    entry: Entry
    page: str
    unit: str
    images: tuple[str, ...]
    sizes: Mapping[str, int]

    @property
    def id(self) -> str:
        """The delivery's key as an IRI."""
        return uuid_of(self.entry.key)

    @property
    def html(self) -> str:
        shown = [_shown(url, picture) for url, picture in zip(self.images, self.entry.pictures, strict=True)]
        return "\n".join([marked_html(self.entry.text, self.entry.marks), *shown])


def _shown(url: str, picture: Picture) -> str:
    words = escape(picture.alt_text)
    if not picture.is_video:
        return f'<p><img src="{escape(url)}" alt="{words}"></p>'
    bare = escape(url.rsplit(".", 1)[0])
    poster = f' poster="{bare}.jpg"' if picture.poster else ""
    track = (
        f'<track kind="captions" src="{bare}.vtt" srclang="{escape(picture.captions_lang)}">'
        if picture.captions
        else ""
    )
    return f'<p><video controls src="{escape(url)}"{poster} aria-label="{words}">{track}</video></p>'


def uuid_of(key: str) -> str:
    return f"urn:uuid:{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


def extension(picture: Picture) -> str:
    return (mimetypes.guess_extension(picture.media_type) or ".bin").lstrip(".")


def made(form: str, feed: Feed, items: Sequence[Item]) -> bytes:
    """The feed in one of FORMS."""
    if form == "json":
        return _json(feed, items)
    kind = _Atom if form == "atom" else _Rss
    generator = kind(
        title=_xml(feed.title),
        link=feed.page,
        description=_xml(feed.about),
        language=feed.lang,
        author_name=_xml(feed.author),
        feed_url=feed.address,
        feed_guid=feed.address,
        hub=feed.hub,
        changed_at=feed.changed_at or NEVER,
    )
    for item in items:
        files = [
            Enclosure(url, str(item.sizes.get(one.sha256, 0)), one.media_type)
            for url, one in zip(item.images, item.entry.pictures, strict=True)
        ]
        generator.add_item(
            title=_xml(item.entry.title),
            link=item.page,
            description=_xml(item.html),
            unique_id=item.id,
            unique_id_is_permalink=False,
            pubdate=item.entry.published_at,
            updateddate=item.entry.changed_at,
            author_name=_xml(item.unit),
            # RSS has room for one.
            enclosures=files if form == "atom" else files[:1],
            lang=item.entry.lang,
        )
    out = StringIO()
    generator.write(out, "utf-8")
    return out.getvalue().encode()


class _Dated:
    """`updated` is the last change of anything that stood here, gone or not: never the newest entry's only."""

    feed: dict[str, Any]

    def latest_post_date(self) -> datetime:
        moment: datetime = self.feed["changed_at"]
        return moment


class _Rss(_Dated, Rss201rev2Feed):
    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.feed["hub"]:
            handler.addQuickElement("atom:link", None, {"rel": "hub", "href": self.feed["hub"]})


class _Atom(_Dated, Atom1Feed):
    def root_attributes(self) -> dict[str, Any]:
        return {**super().root_attributes(), "xml:lang": self.feed["language"]}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.feed["hub"]:
            handler.addQuickElement("link", None, {"rel": "hub", "href": self.feed["hub"]})

    def item_attributes(self, item: Any) -> dict[str, Any]:
        return {**super().item_attributes(item), "xml:lang": item["lang"]}

    def add_item_elements(self, handler: Any, item: Any) -> None:
        """The words are the entry's content, not a summary of it."""
        super().add_item_elements(handler, {**item, "description": None})
        handler.addQuickElement("content", item["description"], {"type": "html"})


def _json(feed: Feed, items: Sequence[Item]) -> bytes:
    said: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.about,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "language": feed.lang,
        "authors": [{"name": feed.author}],
    }
    if feed.hub:
        said["hubs"] = [{"type": "WebSub", "url": feed.hub}]
    said["items"] = [_json_item(item) for item in items]
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")


def _json_item(item: Item) -> dict[str, Any]:
    entry = item.entry
    said: dict[str, Any] = {
        "id": item.id,
        "url": item.page,
        "title": entry.title,
        "content_html": item.html,
        "content_text": entry.text,
        "date_published": entry.published_at.isoformat(),
        "date_modified": entry.changed_at.isoformat(),
        "authors": [{"name": item.unit}],
        "language": entry.lang,
    }
    files = [
        {"url": url, "mime_type": one.media_type, "title": one.alt_text}
        | ({"size_in_bytes": item.sizes[one.sha256]} if one.sha256 in item.sizes else {})
        for url, one in zip(item.images, entry.pictures, strict=True)
    ]
    if files:
        said |= {"attachments": files}
        first = next((url for url, one in zip(item.images, entry.pictures, strict=True) if not one.is_video), "")
        said |= {"image": first} if first else {}
    return said


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text)
