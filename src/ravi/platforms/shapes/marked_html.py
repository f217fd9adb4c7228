"""Turns a text and its marks into HTML whose words are, character for character, the text; pure.

Read back, `<br>` is a line break, the border of a quotation one too, and that of two paragraphs an empty line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import pairwise
from operator import itemgetter
from typing import Any, TypeVar

from ravi.platforms.contract import Mark
from ravi.text.addresses import addresses

# What an address may begin with: anything else could run a script where it is clicked.
_HREF = re.compile(r"(?:https?://|mailto:|tel:)[^\s\x00-\x1f]+", re.IGNORECASE)
_EMPTY_LINE = re.compile(r"(?<!\n)\n\n")
Plain = Callable[[str], str]
Span = tuple[int, int]
Stretch = TypeVar("Stretch", bound=tuple[Any, ...])


def marked_html(text: str, marks: Sequence[Mark] = (), *, plain: Plain = escape) -> str:
    """Paragraphs of lines; `plain` escapes words and addresses. A quotation takes whole lines, a bare address is made a
    link, the first of two links that overlap holds."""
    links, bold = _links(text, marks), _merged([(m.start, m.end) for m in marks if m.kind == "bold"], text)
    blocks = []
    for start, end, is_quoted in _blocks(text, _quoted_lines(text, marks)):
        paragraphs = "\n".join(_paragraph(text, span, links, bold, plain) for span in _paragraphs(text, start, end))
        blocks.append(f"<blockquote>{paragraphs}</blockquote>" if is_quoted else paragraphs)
    return "\n".join(blocks)


def _quoted_lines(text: str, marks: Sequence[Mark]) -> list[Span]:
    """From the beginning of a line to the end of one; two that touch are one."""
    spans: list[Span] = []
    for start, end in _merged([(m.start, m.end) for m in marks if m.kind == "quote"], text):
        ends = text.find("\n", end - 1)
        spans.append((text.rfind("\n", 0, start) + 1, len(text) if ends < 0 else ends))
    return _merged([(start, min(end + 1, len(text))) for start, end in spans], text)


def _blocks(text: str, quotations: list[Span]) -> Iterator[tuple[int, int, bool]]:
    """Where each stretch of quoted or unquoted lines begins and ends; the line break between two belongs to neither."""
    done = 0
    for start, behind in quotations:
        if start > done:
            yield done, start - 1, False
        after = behind + text.startswith(
            "\n", behind
        )  # an empty line below a quotation is its last break, which nobody sees
        ends_inside = after < len(text) or text.endswith("\n", start, after)
        yield start, after - 1 if ends_inside else after, True
        done = after
    if done < len(text) or not text or (done and text.endswith("\n")):
        yield done, len(text), False


def _paragraphs(text: str, start: int, end: int) -> Iterator[Span]:
    for found in _EMPTY_LINE.finditer(text, start, end):
        yield start, found.start()
        start = found.end()
    yield start, end


def _paragraph(text: str, span: Span, links: list[tuple[int, int, str]], bold: list[Span], plain: Plain) -> str:
    parts, done = [], span[0]
    for first, last, href in _touching(links, span):
        start, end = max(first, done), min(last, span[1])
        if start < end:
            parts.append(_words(text, (done, start), bold, plain))
            parts.append(f'<a href="{plain(href)}">{_words(text, (start, end), bold, plain)}</a>')
            done = end
    return f'<p dir="auto">{"".join([*parts, _words(text, (done, span[1]), bold, plain)])}</p>'


def _words(text: str, span: Span, bold: list[Span], plain: Plain) -> str:
    inside = [(max(start, span[0]), min(end, span[1])) for start, end in _touching(bold, span)]
    cuts = sorted({*span, *(place for one in inside for place in one)})
    parts = []
    for start, end in pairwise(cuts):
        words = plain(text[start:end]).replace("\n", "<br>")
        parts.append(f"<strong>{words}</strong>" if (start, end) in inside else words)
    return "".join(parts)


def _links(text: str, marks: Sequence[Mark]) -> list[tuple[int, int, str]]:
    """The links as they were marked, and every bare address that no mark touches."""
    found: list[tuple[int, int, str]] = []
    for mark in sorted((m for m in marks if m.kind == "link"), key=lambda m: m.start):
        start = max(mark.start, found[-1][1] if found else 0)
        if _HREF.fullmatch(mark.href) and start < min(mark.end, len(text)):
            found.append((start, min(mark.end, len(text)), mark.href))
    bare = [(start, end, text[start:end]) for start, end in addresses(text)]
    free = [one for one in bare if not any(_touching(found, (one[0], one[1])))]
    return sorted([*found, *free])


def _touching(ordered: Sequence[Stretch], span: Span) -> Iterator[Stretch]:
    """Those that have a letter in `span`, of stretches that stand in order and never overlap: looked up, so that a page of marks
    costs no more than its length."""
    for place in range(bisect_right(ordered, span[0], key=itemgetter(1)), len(ordered)):
        if ordered[place][0] >= span[1]:
            return
        yield ordered[place]


def _merged(spans: Sequence[Span], text: str) -> list[Span]:
    """In order, within the text, and as one where they touch."""
    merged: list[Span] = []
    for start, end in sorted((max(start, 0), min(end, len(text))) for start, end in spans):
        if start < end and merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        elif start < end:
            merged.append((start, end))
    return merged
