"""The one form in which officers write formatting, read into plain words and the spans that it marks; pure.

    **bold**            [a link's words](https://example.org)            > a quoted line

What does not close is left as it was typed. A backslash before `*`, `[` or `>` takes its meaning away; elsewhere it is a
backslash. Hashtags and bare addresses need no marking: see `hashtags` and `links`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import regex

Kind = Literal["bold", "quote", "link"]

# A bold stretch is at most a line and a thousand letters long, a link's words three hundred: no text costs more than its length.
_ESCAPED = regex.compile(r"(?<!\\)(\\++)([*\[>])")
_BOLD = regex.compile(r"\*\*(?=[^\s*])(?P<inner>[^\n]{0,999}?)(?<=[^\s*])\*\*(?!\*)")
_LINK = regex.compile(
    r"\[(?P<words>[^\[\]\n]{1,300}+)\]\((?P<href>https?://(?:[^\s()]|\([^\s()]*\))+)\)", regex.IGNORECASE
)
_QUOTED = regex.compile(r"^> ?", regex.MULTILINE)


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` in code points, never empty; `href` is a link's address."""

    kind: Kind
    start: int
    end: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """Words without their marking, and the spans in the order of their beginnings, an outer one first."""

    text: str
    spans: tuple[Span, ...] = ()


def read(source: str) -> Marked:
    """The words and their spans. A text without marking comes back as it is."""
    words, shadow = _unescaped(source)
    gone: set[int] = set()
    found = [*_quotes(shadow, gone), *_links(shadow, gone)]
    found += _bolds(shadow, gone)
    return _without(words, gone, found)


def _unescaped(source: str) -> tuple[str, str]:
    """The words, and a shadow of the same length in which what was escaped has no meaning."""
    words, shadow, last = [], [], 0
    for match in _ESCAPED.finditer(source):
        slashes, letter = match.groups()
        before = source[last : match.start()] + "\\" * (len(slashes) // 2)
        words += [before, letter]
        shadow += [before, "x" if len(slashes) % 2 else letter]
        last = match.end()
    return "".join([*words, source[last:]]), "".join([*shadow, source[last:]])


def _quotes(shadow: str, gone: set[int]) -> list[Span]:
    """Neighbouring quoted lines are one quote."""
    found: list[Span] = []
    for match in _QUOTED.finditer(shadow):
        end = shadow.find("\n", match.end())
        end = len(shadow) if end < 0 else end
        gone.update(range(match.start(), match.end()))
        if found and found[-1].end == match.start() - 1:
            found[-1] = Span("quote", found[-1].start, end)
        else:
            found.append(Span("quote", match.start(), end))
    return found


def _links(shadow: str, gone: set[int]) -> list[Span]:
    found = []
    for match in _LINK.finditer(shadow):
        if not match["words"].strip():
            continue
        start, end = match.span("words")
        gone.update(range(match.start(), start), range(end, match.end()))
        found.append(Span("link", start, end, match["href"]))
    return found


def _bolds(shadow: str, gone: set[int]) -> list[Span]:
    """What a link's address holds is never bold."""
    shown = "".join("x" if place in gone and letter == "*" else letter for place, letter in enumerate(shadow))
    found = []
    for match in _BOLD.finditer(shown):
        start, end = match.span("inner")
        gone.update(range(match.start(), start), range(end, match.end()))
        found.append(Span("bold", start, end))
    return found


def _without(words: str, gone: set[int], spans: Iterable[Span]) -> Marked:
    """The words without the marking's letters, and the spans moved with them."""
    place_of, kept = [0], []
    for place, letter in enumerate(words):
        if place not in gone:
            kept.append(letter)
        place_of.append(len(kept))
    text = "".join(kept)
    moved = (Span(span.kind, place_of[span.start], place_of[span.end], span.href) for span in spans)
    return Marked(text, tuple(sorted((span for span in moved if span.start < span.end), key=_order)))


def _order(span: Span) -> tuple[int, int, str]:
    return span.start, -span.end, span.kind
