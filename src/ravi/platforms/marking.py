"""Turns an officer's marking into what one platform can show: spans of its kinds, and words for the rest; pure.

Where a platform shows no links, the address follows the words that lead to it; where it shows no quotations, quotation marks
stand around them; bold words are plain there.
"""

from __future__ import annotations

from dataclasses import dataclass

from ravi.platforms.contract import Mark, MarkKind
from ravi.text.markup import Marked, Span

# Languages whose quotations stand in guillemets.
_GUILLEMETS = frozenset({"fa", "ar", "ckb", "ku", "azb", "ur", "ps"})
_QUOTED = ("«", "“", '"', "„")


@dataclass(frozen=True, slots=True)
class Shown:
    """The words of one platform, and what is marked in them."""

    text: str
    marks: tuple[Mark, ...] = ()


def shown(marked: Marked, kinds: frozenset[MarkKind], lang: str) -> Shown:
    """The marked words for a platform that shows `kinds`."""
    added = sorted(_added(marked, kinds, lang), key=lambda one: one[0])
    kept = tuple(
        Mark(span.kind, _moved(span.start, added, own=True), _moved(span.end, added, own=False), span.href)
        for span in marked.spans
        if span.kind in kinds
    )
    return Shown(_inserted(marked.text, added), kept)


def _added(marked: Marked, kinds: frozenset[MarkKind], lang: str) -> list[tuple[int, str]]:
    """Words to put in, each with its place in the text."""
    found: list[tuple[int, str]] = []
    for span in reversed(marked.spans):  # an inner one closes first
        if span.kind in kinds:
            continue
        if span.kind == "link":
            found += _address(marked.text, span)
        elif span.kind == "quote" and not marked.text[span.start : span.end].startswith(_QUOTED):
            opening, closing = ("«", "»") if lang in _GUILLEMETS else ("“", "”")
            found += [(span.start, opening), (span.end, closing)]
    return found


def _address(text: str, span: Span) -> list[tuple[int, str]]:
    words = text[span.start : span.end]
    return [] if words == span.href else [(span.end, f" ({span.href})")]


def _moved(place: int, added: list[tuple[int, str]], *, own: bool) -> int:
    """Where a span's edge stands now. What is put in at an edge stays outside the span."""
    return place + sum(len(words) for where, words in added if where < place or (own and where == place))


def _inserted(text: str, added: list[tuple[int, str]]) -> str:
    parts, last = [], 0
    for where, words in added:
        parts += [text[last:where], words]
        last = where
    return "".join([*parts, text[last:]])
