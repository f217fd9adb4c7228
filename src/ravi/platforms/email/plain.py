"""The letter's words for a reader without HTML: quoted lines begin with "> ", an address follows the words that lead to
it; pure."""

from __future__ import annotations

from collections.abc import Sequence

from ravi.platforms.contract import Mark


def plain_words(text: str, marks: Sequence[Mark] = ()) -> str:
    """The text as it stands where nothing is marked."""
    added = [(mark.end, f" ({mark.href})") for mark in marks if _hides_its_address(text, mark)]
    quoted = [range(mark.start, mark.end) for mark in marks if mark.kind == "quote"]
    lines, place = [], 0
    for line in text.split("\n"):
        end = place + len(line)
        words = line
        for at, address in sorted((one for one in added if place <= one[0] <= end), reverse=True):
            words = words[: at - place] + address + words[at - place :]
        is_quoted = any(span.start <= end and place < max(span.stop, span.start + 1) for span in quoted)
        lines.append(f"> {words}" if is_quoted else words)
        place = end + 1
    return "\n".join(lines)


def _hides_its_address(text: str, mark: Mark) -> bool:
    return mark.kind == "link" and mark.end <= len(text) and text[mark.start : mark.end] != mark.href
