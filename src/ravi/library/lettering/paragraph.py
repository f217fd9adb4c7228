"""One paragraph: which way it runs, where it may break, and what a broken line must know of its neighbours. Pure.

Each line is drawn on its own, but its order is that of the whole paragraph (UAX 9 resolves a paragraph before lines are
cut). A mark without width at either end of the line stands for the letters that went to the line before and after it.
"""

import unicodedata
from collections.abc import Iterator
from typing import Literal

import regex

Direction = Literal["rtl", "ltr"]

OPENING, CLOSING = "\u2066\u2067\u2068", "\u2069"
# For each kind of letter, a mark of the same kind that has no width.
STAND_IN = {"L": "\u200e", "R": "\u200f", "AL": "\u061c"}
# A mark after a space belongs to it: a line that began with the mark would have nothing to carry it.
_PIECE = regex.compile(r"(?:[\u2066-\u2068][^\u2069]*+\u2069|\S|\s(?=\p{M}))++")


def direction(text: str) -> Direction:
    """That of the first letter outside an island; right to left where there is none."""
    kind = next((kind for kind in _kinds(text) if kind in STAND_IN), "AL")
    return "ltr" if kind == "L" else "rtl"


def pieces(text: str) -> list[str]:
    """What no line may break: words, and islands (a phone) with the spaces in them."""
    return [found.group() for found in _PIECE.finditer(text)]


def in_context(line: str, before: str, after: str) -> str:
    """The line as it stands between what was cut off before and after it."""
    return _last_letter(before) + line + _next_letter(f"{before} {line}", after)


def _last_letter(before: str) -> str:
    kinds = [kind for kind in _kinds(before) if kind in STAND_IN]
    return STAND_IN[kinds[-1]] if kinds else ""


def _next_letter(before: str, after: str) -> str:
    """A number takes the side of the last letter before it (W7, N1)."""
    kind = next((kind for kind in _kinds(after) if kind in STAND_IN or kind in ("EN", "AN")), None)
    if kind is None:
        return ""
    if kind == "EN" and _last_letter(before) == STAND_IN["L"]:
        return STAND_IN["L"]
    return STAND_IN.get(kind, STAND_IN["R"])


def _kinds(text: str) -> Iterator[str]:
    """The directional kinds of the characters outside islands."""
    depth = 0
    for character in text:
        if character in OPENING:
            depth += 1
        elif character == CLOSING:
            depth = max(0, depth - 1)
        elif not depth:
            yield unicodedata.bidirectional(character)
