"""What a copy is in a Matrix room: an event for its words and one for each file, every one with our key in it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ravi.platforms.contract import Beside, Content, MediaItem
from ravi.platforms.shapes.marked_html import marked_html

MESSAGE, PINNED = "m.room.message", "m.room.pinned_events"
KEY = "ravi.copy"
Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Where the homeserver keeps a file, and its picture before it plays."""

    uri: str
    thumbnail: str = ""


def contents_of(content: Content, files: tuple[Uploaded, ...]) -> list[Event]:
    """The words, if there are any, then each file in order; a file's `body` says what it shows."""
    words = [_words(content)] if content.text.strip() or not content.media else []
    return [*words, *(_file(item, file) for item, file in zip(content.media, files, strict=True))]


def with_key(event: Event, key: str, part: int, parts: int) -> Event:
    """Our key travels inside the event, so that a copy is found again whatever token is used then."""
    return {**event, KEY: {"key": key, "part": part, "of": parts}}


def in_answer_to(event: Event, event_id: str) -> Event:
    return {**event, "m.relates_to": {"m.in_reply_to": {"event_id": event_id}}}


def replacing(event: Event, event_id: str) -> Event:
    """https://spec.matrix.org/latest/client-server-api/#event-replacements: the new content, and for old programs its
    words once more."""
    told = {name: event[name] for name in event if name not in {"format", "formatted_body"}}
    told["body"] = f"* {event['body']}"
    return {**told, "m.new_content": event, "m.relates_to": {"rel_type": "m.replace", "event_id": event_id}}


def transaction(key: str, part: int, what: str = "") -> str:
    """A name for one call of one copy; the homeserver answers the same name with the same event."""
    return f"{key}.{what}{part}"


def removal(event_id: str) -> str:
    """The same event is removed under the same name each time."""
    return f"ravi-remove-{hashlib.sha256(event_id.encode()).hexdigest()[:32]}"


def key_of(event: Mapping[str, Any]) -> tuple[str, int, int] | None:
    """(key, part, parts) of an event of ours; None for any other."""
    content = event.get("content")
    copy = content.get(KEY) if isinstance(content, Mapping) else None
    if not isinstance(copy, Mapping) or not isinstance(event.get("event_id"), str):
        return None
    key, part, parts = copy.get("key"), copy.get("part"), copy.get("of")
    if not isinstance(key, str) or not isinstance(part, int) or not isinstance(parts, int):
        return None
    return key, part, parts


def latest_body(event: object, later: Sequence[Mapping[str, Any]]) -> str | None:
    """What people read of an event: the newest of what says it `later`, else its own words; None where it was removed."""
    first = _body(event.get("content")) if isinstance(event, Mapping) else None
    if first is None:
        return None
    contents = [one["content"] for one in later if isinstance(one.get("content"), Mapping)]
    worded = (_body(content.get("m.new_content")) for content in contents)
    return next((body for body in worded if body is not None), first)


def _body(content: object) -> str | None:
    body = content.get("body") if isinstance(content, Mapping) else None
    return body if isinstance(body, str) else None


def _words(content: Content) -> Event:
    event: Event = {"msgtype": "m.text", "body": content.text}
    if content.marks:
        event |= {"format": "org.matrix.custom.html", "formatted_body": marked_html(content.text, content.marks)}
    return event


def _file(item: MediaItem, file: Uploaded) -> Event:
    kind = "video" if item.is_video else "image"
    info: Event = {"mimetype": item.media_type, "size": len(item.content or b"")}
    if item.width and item.height:
        info |= {"w": item.width, "h": item.height}
    if item.duration_s:
        info["duration"] = round(item.duration_s * 1000)
    if file.thumbnail and item.thumbnail:
        info |= {"thumbnail_url": file.thumbnail, "thumbnail_info": _thumbnail(item.thumbnail)}
    return {"msgtype": f"m.{kind}", "body": item.alt_text or kind, "url": file.uri, "info": info}


def _thumbnail(picture: Beside) -> Event:
    return {"mimetype": picture.media_type, "size": len(picture.content or b"")}
