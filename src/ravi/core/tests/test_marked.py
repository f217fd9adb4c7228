"""Marked words as HTML."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ravi.core.marked import marked_html
from ravi.platforms.contract import Mark
from ravi.text.markup import read


def drawn(source: str) -> str:
    said = read(source)
    return str(marked_html(said.text, said.spans))


def test_bold_links_quotations_and_hashtags_are_seen() -> None:
    assert drawn("**مهم** [اینجا](https://example.org) #واکسن") == (
        '<p dir="auto"><b>مهم</b> <span class="marked-link">اینجا</span> <span class="marked-link">#واکسن</span></p>'
    )
    assert (
        drawn("(https://a.b/c_(d))، x") == '<p dir="auto">(<span class="marked-link">https://a.b/c_(d)</span>)، x</p>'
    )
    assert drawn("یک\n> دو\n> **سه**\nچهار\n\nپنج") == (
        '<p dir="auto">یک</p>\n<blockquote class="marked-quote" dir="auto"><p>دو<br><b>سه</b></p></blockquote>\n'
        '<p dir="auto">چهار</p>\n<p dir="auto">پنج</p>'
    )


def test_nothing_that_was_typed_becomes_a_tag() -> None:
    assert drawn('**<b onclick="x">** & [</p>](https://a.b/"x)') == (
        '<p dir="auto"><b>&lt;b onclick=&quot;x&quot;&gt;</b> &amp; <span class="marked-link">&lt;/p&gt;</span></p>'
    )


@given(st.text("اب \n<&#x", max_size=30), st.lists(st.tuples(st.sampled_from(["bold", "quote", "link"]), st.integers(0, 30),
    st.integers(0, 30)), max_size=4))  # fmt: skip
def test_every_letter_is_shown_once_and_in_order(text: str, drawn_marks: list[tuple[str, int, int]]) -> None:
    marks = [Mark(kind, a, b) for kind, a, b in drawn_marks if a < b <= len(text)]  # type: ignore[arg-type]
    html = str(marked_html(text, marks))
    words = re.sub(r"<[^>]*>", "", html).replace("&lt;", "<").replace("&amp;", "&")
    assert [letter for letter in words if not letter.isspace()] == [letter for letter in text if not letter.isspace()]
    assert html.count("<p") == html.count("</p>") and html.count("<b>") == html.count("</b>")
