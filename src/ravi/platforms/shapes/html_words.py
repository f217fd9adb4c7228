"""Reads the words out of a post's HTML, the way back from `marked_html`; pure.

A `<br>` is a line break, the border of two paragraphs an empty line, that of a quotation a line break. What a server does to
the markup beside the words (classes, entities, other tags) is not seen.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLANK = re.compile(r"[ \t\r\n]+")
_LINE_END = re.compile(r"(?<! ) *\n *")
# Python's reader takes the square of the time over what is begun and never ended; here each sign is looked at twice.
_DECLARATION, _NEVER_ENDED = re.compile(r"<[!?][^<>]*>"), re.compile(r"<(?![^<>]*>)")


def words_of(html: str) -> str:
    """The text that people read."""
    reader = _Words()
    reader.feed(_ended(html))
    reader.close()
    return reader.told()


def _ended(html: str) -> str:
    """Without comments and declarations; a `<` that begins nothing is a sign like any other."""
    first, *commented = html.split("<!--")
    shown = first + "".join(one.partition("-->")[2] for one in commented)
    return _NEVER_ENDED.sub("&lt;", _DECLARATION.sub("", shown))


class _Words(HTMLParser):
    """Paragraphs as they come; white space between them is the markup's own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._said: list[str] = []
        self._border = ""
        self._in_paragraph = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "p":
            self._said.append(self._border)
            self._border, self._in_paragraph = "\n\n", True
        elif tag == "br" and self._in_paragraph:
            self._said.append("\n")
        elif tag == "blockquote" and self._border:
            self._border = "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._in_paragraph = False
        elif tag == "blockquote":
            self._border = "\n"

    def handle_data(self, data: str) -> None:
        if self._in_paragraph:
            self._said.append(_BLANK.sub(" ", data))
        elif data.strip():
            # Words that stand in no paragraph were not put there by us.
            self._said += [self._border, data.strip()]
            self._border = "\n\n"

    def told(self) -> str:
        return _LINE_END.sub("\n", "".join(self._said)).strip()
