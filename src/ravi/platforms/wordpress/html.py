"""The HTML of a post, made so that WordPress shows the words as they are and expands nothing."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ravi.platforms.shapes.marked_html import marked_html


def post_html(text: str, images: Sequence[tuple[str, str]] = ()) -> str:
    """`images` are (url, alt text), shown after the words. Links are made real: WordPress would fetch and embed a bare
    one that stands alone."""
    figures = [f'<figure><img src="{escape(url)}" alt="{_plain(alt)}"></figure>' for url, alt in images]
    return "\n".join([marked_html(text, plain=_plain), *figures])


def _plain(text: str) -> str:
    """Escaped, and with brackets that cannot start a shortcode."""
    return escape(text).replace("[", "&#91;").replace("]", "&#93;")
