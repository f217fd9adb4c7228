"""Formatting as a bot's message carries it: pieces of the text by offset and length in UTF-16 units; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from ravi.platforms.contract import Content, Mark, MarkKind
from ravi.text.offsets import utf16_offset

# https://core.telegram.org/bots/api#messageentity
_TYPES: dict[MarkKind, str] = {"bold": "bold", "quote": "blockquote", "link": "text_link"}


def entities_of(content: Content) -> list[dict[str, Any]]:
    """In the order of the text, the outer of two that begin together first. Of two with common characters one holds the
    other, as the page asks: bold words that reach over the edge of a link or a quote are two pieces."""
    found = []
    for mark in sorted(_nested(content.marks), key=lambda mark: (mark.start, -mark.end, mark.kind != "quote")):
        start, end = utf16_offset(content.text, mark.start), utf16_offset(content.text, mark.end)
        entity: dict[str, Any] = {"type": _TYPES[mark.kind], "offset": start, "length": end - start}
        found.append(entity | ({"url": mark.href} if mark.kind == "link" else {}))
    return found


def _nested(marks: tuple[Mark, ...]) -> Iterator[Mark]:
    edges = {edge for mark in marks if mark.kind != "bold" for edge in (mark.start, mark.end)}
    for mark in marks:
        inside = sorted(edge for edge in edges if mark.kind == "bold" and mark.start < edge < mark.end)
        for start, end in pairwise((mark.start, *inside, mark.end)):
            yield replace(mark, start=start, end=end)
