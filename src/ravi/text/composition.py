"""Canonical composition (NFC) in linear time, whatever the text."""

import unicodedata

import regex

# Nobody's language stacks 31 marks; Unicode's own limit for safe streams is 30, and sorting a longer run is quadratic.
LONG_MARKS = regex.compile(r"\p{M}{31,}")


def composed(text: str) -> str:
    parts: list[str] = []
    done = 0
    for marks in LONG_MARKS.finditer(text):
        parts += [unicodedata.normalize("NFC", text[done : marks.start()]), marks.group()]
        done = marks.end()
    return "".join([*parts, unicodedata.normalize("NFC", text[done:])])
