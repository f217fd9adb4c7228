"""Marked words as HTML for our own pages: bold, quotations, and links that are seen but not followed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Protocol

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from ravi.text.addresses import addresses
from ravi.text.hashtags import hashtags


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
_BOLD, _LINKED = 1, 2


def marked_html(text: str, marks: Sequence[Marking]) -> SafeString:
    """Paragraphs that find their own direction each, as on the platforms. Hashtags and bare addresses look as links do there."""
    looks = bytearray(len(text))
    linked = [(mark.start, mark.end) for mark in marks if mark.kind == "link"] + hashtags(text) + addresses(text)
    for look, stretches in ((_LINKED, linked), (_BOLD, [(m.start, m.end) for m in marks if m.kind == "bold"])):
        for start, end in stretches:
            looks[start:end] = bytes(look | one for one in looks[start:end])
    quoted = sorted((mark.start, mark.end) for mark in marks if mark.kind == "quote")
    return format_html_join("\n", "{}", ((part,) for part in _parts(text, bytes(looks), quoted)))


def _parts(text: str, looks: bytes, quoted: Iterable[Stretch]) -> Iterator[SafeString]:
    """The text's stretches in order, the quoted ones each as a quotation."""
    done = 0
    for start, end in [*quoted, (len(text), len(text))]:
        for part in _paragraphs(text, looks, (done, max(start, done))):
            yield format_html('<p dir="auto">{}</p>', part)
        if start < end:
            # Its letters say its direction, and the side of its bar: paragraphs with one of their own would hide them.
            inner = format_html_join("", "<p>{}</p>", ((part,) for part in _paragraphs(text, looks, (start, end))))
            yield format_html('<blockquote class="marked-quote" dir="auto">{}</blockquote>', inner)
        done = end


def _paragraphs(text: str, looks: bytes, stretch: Stretch) -> Iterator[SafeString]:
    place = stretch[0]
    for block in text[stretch[0] : stretch[1]].split("\n\n"):
        if block.strip():
            lines, at = [], place
            for line in block.split("\n"):
                lines.append(_line(line, looks[at : at + len(line)]))
                at += len(line) + 1
            first = next(n for n, line in enumerate(lines) if line)
            last = next(n for n in range(len(lines), 0, -1) if lines[n - 1])
            yield format_html_join(mark_safe("<br>"), "{}", ((one,) for one in lines[first:last]))
        place += len(block) + 2


def _line(line: str, looks: bytes) -> SafeString:
    """Runs of letters that look alike."""
    runs, place = [], 0
    for look, letters in groupby(looks):
        end = place + sum(1 for _letter in letters)
        runs.append((_run(line[place:end], look),))
        place = end
    return format_html_join("", "{}", runs)


def _run(words: str, look: int) -> SafeString:
    run = format_html("{}", words)
    if look & _LINKED:
        run = format_html('<span class="marked-link">{}</span>', run)
    return format_html("<b>{}</b>", run) if look & _BOLD else run
