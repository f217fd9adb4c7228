"""Finds the bare web addresses of a text where we make the links ourselves. What X and Mastodon make of them is in `links`."""

from __future__ import annotations

import regex

# Brackets belong to an address in pairs; a sentence's own mark at its end does not, be it Latin or Persian.
_ADDRESS = regex.compile(r"https?://(?:[^\s<>\"'«»()]|\([^\s<>\"'«»()]*+\))++", regex.IGNORECASE)
_MARKS = ".,;:!?…،؛؟"


def addresses(text: str) -> list[tuple[int, int]]:
    """Where each stands, in code points."""
    found = ((match.start(), match.start() + len(match[0].rstrip(_MARKS))) for match in _ADDRESS.finditer(text))
    return [(start, end) for start, end in found if not text[start:end].endswith("//")]
