"""Words as they are, in HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from ravi.platforms.wordpress.adapter import slug_of
from ravi.platforms.wordpress.html import post_html


def test_blank_lines_part_paragraphs_and_single_ones_break_lines() -> None:
    assert post_html("یک\nدو\n\nسه") == '<p dir="auto">یک<br>دو</p>\n<p dir="auto">سه</p>'


def test_links_are_real_and_lose_no_character() -> None:
    assert post_html("ببینید https://example.org/a?b=1&c=2.") == (
        '<p dir="auto">ببینید <a href="https://example.org/a?b=1&amp;c=2">https://example.org/a?b=1&amp;c=2</a>.</p>'
    )


def test_markup_and_shortcodes_are_only_words() -> None:
    assert post_html("<b>[gallery]</b>") == '<p dir="auto">&lt;b&gt;&#91;gallery&#93;&lt;/b&gt;</p>'


def test_images_after_the_first_carry_their_alt_text() -> None:
    html = post_html("متن", [("http://x/a.png", 'تصویر "ب"')])
    assert html.endswith('<figure><img src="http://x/a.png" alt="تصویر &quot;ب&quot;"></figure>')


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)


@given(st.text(alphabet="<>&\"'[]/ab =\nh:tps.\u200c", max_size=200))
def test_no_text_makes_a_tag_of_its_own(text: str) -> None:
    html = post_html(text)
    tags = Tags()
    tags.feed(html)
    assert tags.seen <= {"p", "br", "a"}
    assert "[" not in html


def test_a_slug_is_what_wordpress_keeps() -> None:
    assert slug_of("ravi-12-ab") == "ravi-12-ab"
    for odd in ("Ravi_1", "7", "a--b", "کلید", "a" * 0, "x/../y"):
        assert slug_of(odd).startswith("ravi-") and slug_of(odd) == slug_of(odd) and len(slug_of(odd)) == 29
