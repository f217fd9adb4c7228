"""The frozen words of one copy: canonical JSON whose SHA-256 is what a person approves and the engine sends. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ravi.core.canonical import JSON, canonical_json
from ravi.delivery.rules import Action


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
    media: Sequence[tuple[str, str, str]] = (),
    reply_to: int | None = None,
    pin: bool = False,
    valid_until: datetime | None = None,
) -> str:
    """Everything that decides what people see, where and until when. `media`: (sha256, media type, alt text) in order;
    `entities`: what is marked in the text, as {kind, start, end, href}; `reply_to`: our own delivery's id."""
    value: dict[str, JSON] = {
        "post": post_id,
        "channel": channel_id,
        "action": str(action),
        "title": title,
        "text": text,
        "entities": [dict(entity) for entity in entities],
        "lang": lang,
        "link": link,
        "media": [{"sha256": sha256, "media_type": kind, "alt": alt} for sha256, kind, alt in media],
        "reply_to": reply_to,
        "pin": pin,
        "valid_until": valid_until.astimezone(UTC).isoformat() if valid_until else None,
    }
    return canonical_json(value).decode("utf-8")


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
