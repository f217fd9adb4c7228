"""Marked words as HTML for our own pages: bold, quotations, and links that are seen but not followed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Protocol

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from ravi.text.hashtags import hashtags

_ADDRESS = re.compile(r"https?://(?:[^\s<>\"«»()]|\([^\s()]*\))+(?<![.,;:!?،؛؟])", re.IGNORECASE)


class Marking(Protocol):
    """`text[start:end]` is bold, quoted or a link's words."""

    @property
    def kind(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def href(self) -> str: ...


Stretch = tuple[int, int]


def marked_html(text: str, marks: Sequence[Marking]) -> SafeString:
    """Paragraphs that find their own direction each, as on the platforms. Hashtags and bare addresses look as links do there."""
    bold = [(mark.start, mark.end) for mark in marks if mark.kind == "bold"]
    addresses = [found.span() for found in _ADDRESS.finditer(text)]
    linked = [(mark.start, mark.end) for mark in marks if mark.kind == "link"] + hashtags(text) + addresses
    quoted = sorted((mark.start, mark.end) for mark in marks if mark.kind == "quote")
    return format_html_join("\n", "{}", ((part,) for part in _parts(text, quoted, bold, linked)))


def _parts(text: str, quoted: Iterable[Stretch], bold: list[Stretch], linked: list[Stretch]) -> Iterator[SafeString]:
    """The text's stretches in order, the quoted ones each as a quotation."""
    done = 0
    for start, end in [*quoted, (len(text), len(text))]:
        yield from _paragraphs(text, (done, max(start, done)), bold, linked)
        if start < end:
            inner = format_html_join("", "{}", ((part,) for part in _paragraphs(text, (start, end), bold, linked)))
            yield format_html('<blockquote class="marked-quote" dir="auto">{}</blockquote>', inner)
        done = end


def _paragraphs(text: str, stretch: Stretch, bold: list[Stretch], linked: list[Stretch]) -> Iterator[SafeString]:
    place = stretch[0]
    for block in text[stretch[0] : stretch[1]].split("\n\n"):
        if block.strip():
            lines, at = [], place
            for line in block.split("\n"):
                lines.append(_line(text, (at, at + len(line)), bold, linked))
                at += len(line) + 1
            while lines and not lines[0]:
                lines.pop(0)
            while lines and not lines[-1]:
                lines.pop()
            yield format_html(
                '<p dir="auto">{}</p>', format_html_join(mark_safe("<br>"), "{}", ((one,) for one in lines))
            )
        place += len(block) + 2


def _line(text: str, stretch: Stretch, bold: list[Stretch], linked: list[Stretch]) -> SafeString:
    start, end = stretch
    edges = {start, end, *(edge for span in [*bold, *linked] for edge in span if start < edge < end)}
    places = sorted(edges)
    return format_html_join("", "{}", ((_run(text[a:b], _in(a, bold), _in(a, linked)),) for a, b in pairwise(places)))


def _run(words: str, is_bold: bool, is_linked: bool) -> SafeString:
    run = format_html("{}", words)
    if is_linked:
        run = format_html('<span class="marked-link">{}</span>', run)
    return format_html("<b>{}</b>", run) if is_bold else run


def _in(place: int, stretches: list[Stretch]) -> bool:
    return any(start <= place < end for start, end in stretches)
