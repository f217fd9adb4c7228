"""Finds the hashtags of a text. A Persian one holds half-spaces, as the platforms that take them allow; one of digits alone is
a number, not a tag."""

from __future__ import annotations

import regex

_TAG = regex.compile(
    r"(?<![\p{L}\p{N}\p{M}_&/#＃])[#＃](?=[\p{N}\p{M}_\u200c\u200d]*\p{L})[\p{L}\p{N}\p{M}_\u200c\u200d]++"
)


def hashtags(text: str) -> list[tuple[int, int]]:
    """Where each stands, sign included, in code points."""
    return [match.span() for match in _TAG.finditer(text)]
