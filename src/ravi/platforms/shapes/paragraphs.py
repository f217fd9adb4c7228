"""Splits plain text into paragraphs of lines and makes its links real, for platforms that take HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

_URL = re.compile(r"https?://[^\s<>\"'«»]+[^\s<>\"'«».,;:!?()،؛؟]")


def paragraphs_html(text: str, *, plain: Callable[[str], str] = escape) -> str:
    """Blank lines part paragraphs, single ones break lines; `plain` escapes what is not a link."""
    blocks = [block for block in re.split(r"\n[ \t]*\n", text.strip("\n")) if block.strip()]
    return "\n".join(f'<p dir="auto">{_lines(block, plain)}</p>' for block in blocks)


def _lines(block: str, plain: Callable[[str], str]) -> str:
    return "<br>".join(_linked(line, plain) for line in block.strip("\n").split("\n"))


def _linked(line: str, plain: Callable[[str], str]) -> str:
    parts, end = [], 0
    for match in _URL.finditer(line):
        url = escape(match.group())
        parts += [plain(line[end : match.start()]), f'<a href="{url}">{url}</a>']
        end = match.end()
    return "".join([*parts, plain(line[end:])])
