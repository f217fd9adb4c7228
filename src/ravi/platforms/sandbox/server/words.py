"""A post's words as HTML: bold, quotations, links and bare addresses; everything is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Any

import regex

_URL = regex.compile(r"https?://[^\s<>\"«»]+[^\s<>\"«».,;:!?()\u060c\u061b\u061f]")

Marks = Sequence[Sequence[Any]]


def html_of(text: str, marks: Marks) -> str:
    """`marks` are (kind, start, end, href); a quotation takes its lines out of the running text."""
    parts, done = [], 0
    for start, end in sorted((start, end) for kind, start, end, _href in marks if kind == "quote"):
        quoted = _words(text, start, end, marks)
        parts += [_words(text, done, start, marks).removesuffix("\n"), f"<blockquote>{quoted}</blockquote>"]
        done = end + (text[end : end + 1] == "\n")
    return "".join([*parts, _words(text, done, len(text), marks)])


def _words(text: str, start: int, end: int, marks: Marks) -> str:
    edges = {edge for kind, a, b, _href in marks if kind != "quote" for edge in (a, b) if start < edge < end}
    places = sorted({start, end, *edges})
    return "".join(_run(text[a:b], a, marks) for a, b in pairwise(places))


def _run(words: str, place: int, marks: Marks) -> str:
    here = {kind: href for kind, start, end, href in marks if start <= place < end}
    run = _anchor(here["link"], escape(words)) if "link" in here else _linked(words)
    return f"<b>{run}</b>" if "bold" in here else run


def _linked(words: str) -> str:
    parts, end = [], 0
    for match in _URL.finditer(words):
        address = f'<bdi dir="ltr">{escape(match.group())}</bdi>'
        parts += [escape(words[end : match.start()]), _anchor(match.group(), address)]
        end = match.end()
    return "".join([*parts, escape(words[end:])])


def _anchor(href: str, inner: str) -> str:
    return f'<a href="{escape(href)}" rel="nofollow noopener">{inner}</a>'
