"""Formatting as a bot's message carries it: pieces of the text by offset and length in UTF-16 units; pure."""

from __future__ import annotations

from typing import Any

from ravi.platforms.contract import Content, MarkKind
from ravi.text.offsets import utf16_offset

# https://core.telegram.org/bots/api#messageentity
_TYPES: dict[MarkKind, str] = {"bold": "bold", "quote": "blockquote", "link": "text_link"}


def entities_of(content: Content) -> list[dict[str, Any]]:
    """In the order of the text, the longer of two that begin together first."""
    found = []
    for mark in sorted(content.marks, key=lambda mark: (mark.start, -mark.end)):
        start, end = utf16_offset(content.text, mark.start), utf16_offset(content.text, mark.end)
        entity: dict[str, Any] = {"type": _TYPES[mark.kind], "offset": start, "length": end - start}
        found.append(entity | ({"url": mark.href} if mark.kind == "link" else {}))
    return found
