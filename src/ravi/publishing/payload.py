"""What an approval binds (promise 4): the canonical JSON of one copy; its SHA-256 is approved, sent and checked. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime

from ravi.core.canonical import JSON, canonical_json, sha256
from ravi.platforms.contract import Content, MediaItem

PUBLISH, DELETE = "publish", "delete"


def payload_of(
    content: Content,
    *,
    post_id: int,
    channel_id: int,
    action: str = PUBLISH,
    valid_until: datetime | None = None,
    reply_to: int | None = None,
) -> dict[str, JSON]:
    """Everything that decides what people will see and until when. `reply_to` is our own delivery's id.

    Text has no entities yet in this form; the empty list holds their place, so that giving it one changes the hash.
    """
    return {
        "post": post_id,
        "action": action,
        "channel": channel_id,
        "title": content.title,
        "text": content.text,
        "entities": [],
        "lang": content.lang,
        "media": [_media(item) for item in content.media],
        "link": content.link,
        "reply_to": reply_to,
        "pin": content.pin,
        "valid_until": valid_until.astimezone(UTC).isoformat() if valid_until else None,
    }


def frozen(payload: Mapping[str, JSON]) -> tuple[str, str]:
    """(canonical JSON as text, its hex SHA-256)."""
    return canonical_json(payload).decode(), sha256(payload)


def content_key(payload: Mapping[str, JSON]) -> str:
    """Equal for copies that say the same on different channels: the hash of all but the channel."""
    return sha256({name: value for name, value in payload.items() if name != "channel"})


def _media(item: MediaItem) -> dict[str, JSON]:
    return {
        "sha256": item.sha256,
        "media_type": item.media_type,
        "alt_text": item.alt_text,
        "width": item.width,
        "height": item.height,
        "size_bytes": item.size_bytes,
    }
