"""Words as they are, in HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from ravi.platforms.contract import Mark
from ravi.platforms.wordpress.adapter import slug_of
from ravi.platforms.wordpress.html import Placed, post_html


def test_blank_lines_part_paragraphs_and_single_ones_break_lines() -> None:
    assert post_html("یک\nدو\n\nسه") == '<p dir="auto">یک<br>دو</p>\n<p dir="auto">سه</p>'


def test_links_are_real_and_lose_no_character() -> None:
    assert post_html("ببینید https://example.org/a?b=1&c=2.") == (
        '<p dir="auto">ببینید <a href="https://example.org/a?b=1&amp;c=2">https://example.org/a?b=1&amp;c=2</a>.</p>'
    )


def test_markup_and_shortcodes_are_only_words() -> None:
    assert post_html("<b>[gallery]</b>") == '<p dir="auto">&lt;b&gt;&#91;gallery&#93;&lt;/b&gt;</p>'


def test_one_image_stands_under_the_words_with_its_alt_text() -> None:
    html = post_html("متن", files=[Placed(7, "http://x/a.png", 'تصویر "ب" [x]')])
    assert html.split("\n")[1:] == [
        '<!-- wp:image {"id":7} -->',
        '<figure class="wp-block-image"><img src="http://x/a.png" alt="تصویر &quot;ب&quot; &#91;x&#93;" '
        'class="wp-image-7"/></figure>',
        "<!-- /wp:image -->",
    ]


def test_several_images_are_a_gallery() -> None:
    html = post_html("متن", files=[Placed(n, f"http://x/{n}.png", f"تصویر {n}") for n in (7, 8)])
    assert html.count("<!-- wp:gallery ") == html.count("<!-- /wp:gallery -->") == 1
    assert html.count("<!-- wp:image ") == 2 and html.index("wp:gallery") < html.index("wp-image-7")


def test_a_film_has_its_picture_its_captions_and_words_for_who_does_not_see_it() -> None:
    film = Placed(9, "http://x/f.mp4", "فیلم & شرح", True, "http://x/p.jpg", "http://x/c.vtt")
    assert post_html("متن", files=[film], lang="ckb").split("\n")[1:] == [
        '<figure><video controls preload="metadata" src="http://x/f.mp4" poster="http://x/p.jpg" '
        'aria-label="فیلم &amp; شرح"><track kind="captions" srclang="ckb" src="http://x/c.vtt" default></video></figure>'
    ]
    assert "poster" not in post_html("متن", files=[Placed(9, "http://x/f.mp4", "", True)])


def test_marks_become_html_and_no_shortcode() -> None:
    marks = (Mark("bold", 0, 3), Mark("link", 4, 7, "https://example.org/[gallery]"))
    assert post_html("[a] متن", marks) == (
        '<p dir="auto"><strong>&#91;a&#93;</strong> <a href="https://example.org/&#91;gallery&#93;">متن</a></p>'
    )


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)


@given(st.text(alphabet="<>&\"'[]/ab =\nh:tps.\u200c", max_size=200))
def test_no_text_makes_a_tag_of_its_own(text: str) -> None:
    html = post_html(text, (Mark("link", 0, 9, "https://example.org/[x]"), Mark("quote", 3, 30), Mark("bold", 2, 50)))
    tags = Tags()
    tags.feed(html)
    assert tags.seen <= {"p", "br", "a", "strong", "blockquote"}
    assert "[" not in html


def test_a_slug_is_what_wordpress_keeps() -> None:
    assert slug_of("ravi-12-ab") == "ravi-12-ab"
    for odd in ("Ravi_1", "7", "a--b", "کلید", "a" * 0, "x/../y"):
        assert slug_of(odd).startswith("ravi-") and slug_of(odd) == slug_of(odd) and len(slug_of(odd)) == 29
