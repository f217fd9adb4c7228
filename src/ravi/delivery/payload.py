"""The frozen words of one copy: canonical JSON whose SHA-256 is what a person approves and the engine sends. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ravi.core.canonical import JSON, canonical_json
from ravi.delivery.rules import Action
from ravi.platforms.contract import Beside, MediaItem


def freeze_payload(
    *,
    post_id: int,
    channel_id: int,
    action: str = Action.PUBLISH,
    text: str,
    title: str = "",
    lang: str = "fa",
    link: str = "",
    entities: Sequence[Mapping[str, JSON]] = (),
    media: Sequence[tuple[str, str, str] | Mapping[str, JSON]] = (),
    reply_to: int | None = None,
    of: int | None = None,
    pin: bool = False,
    valid_until: datetime | None = None,
) -> str:
    """Everything that decides what people see, where and until when. `media`: in order, what `media_entry` makes of each,
    or of an image (sha256, media type, alt text); `entities`: what is marked in the text, as {kind, start, end, href};
    `reply_to`: our own delivery's id; `of`: the one that an edit changes."""
    value: dict[str, JSON] = {
        "post": post_id,
        "channel": channel_id,
        "action": str(action),
        "title": title,
        "text": text,
        "entities": [dict(entity) for entity in entities],
        "lang": lang,
        "link": link,
        "media": [dict(one) if isinstance(one, Mapping) else _image_entry(*one) for one in media],
        "reply_to": reply_to,
        "pin": pin,
        "valid_until": valid_until.astimezone(UTC).isoformat() if valid_until else None,
    }
    # Only where there is one: the hashes of copies that wait hold.
    about: dict[str, JSON] = {} if of is None else {"of": of}
    return canonical_json(value | about).decode("utf-8")


def media_entry(item: MediaItem) -> dict[str, JSON]:
    """One image or video as a payload names it; a video with its size, its length, its picture and its captions."""
    entry = _image_entry(item.sha256, item.media_type, item.alt_text)
    if not item.is_video:
        return entry  # as it always was: the hashes of copies that wait hold
    seen = {"width": item.width, "height": item.height, "duration_ms": round(item.duration_s * 1000)}
    return entry | seen | {"thumbnail": _beside_entry(item.thumbnail), "captions": _beside_entry(item.captions)}


def _image_entry(sha256: str, media_type: str, alt: str) -> dict[str, JSON]:
    return {"sha256": sha256, "media_type": media_type, "alt": alt}


def _beside_entry(file: Beside | None) -> dict[str, JSON] | None:
    if file is None:
        return None
    lang: dict[str, JSON] = {"lang": file.lang} if file.lang else {}
    return {"sha256": file.sha256, "media_type": file.media_type, **lang}


def media_hashes(entry: Mapping[str, Any]) -> list[str]:
    """The names of all bytes that one entry of a payload's media needs."""
    files = (entry.get("thumbnail"), entry.get("captions"))
    return [str(entry["sha256"]), *(str(one["sha256"]) for one in files if one)]


def payload_hash(payload: str) -> str:
    """The content hash: hex SHA-256 of the text's UTF-8."""
    return hashlib.sha256(payload.encode("utf-8")).hexdigest()


def title_in(payload: str) -> str:
    """The message's title, or its first words; "" where it has neither."""
    said = read_payload(payload)
    return str(said.get("title") or "") or str(said.get("text") or "").strip().split("\n")[0][:80]


def read_payload(payload: str) -> Mapping[str, Any]:
    """The value that freeze_payload froze."""
    parsed: Mapping[str, Any] = json.loads(payload)
    return parsed


def is_pinned(payload: str) -> bool:
    """Whether its post goes to the top of its channel."""
    return bool(read_payload(payload)["pin"])
