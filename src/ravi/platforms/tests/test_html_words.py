"""Words out of HTML: what `marked_html` wrote is read again, whatever a server did to the markup around it."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given

from ravi.platforms.contract_samples import PERSIAN
from ravi.platforms.shapes.html_words import words_of
from ravi.platforms.shapes.marked_html import marked_html
from ravi.platforms.tests.test_marked_html import MARKS, TEXTS


def seen(text: str) -> str:
    """As a browser shows it: blanks beside each other are one, none stands at a line's end."""
    return words_of(marked_html(text))


def test_persian_words_are_read_as_they_were_written() -> None:
    assert seen(PERSIAN) == PERSIAN


@given(TEXTS, MARKS)
def test_marks_change_no_word(text: str, marks: list[object]) -> None:
    assert words_of(marked_html(text, marks)).split() == seen(text).split() == text.split()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "html",
    [
        "<p>واکسن &amp; رایگان<br>۸ آذر</p>\n<p>مهرگان</p>",
        '<!-- wp:paragraph -->\n<p class="x">واکسن &#38; رایگان<br />\n۸ آذر</p>\n\n\n<p>مهرگان</p><!-- /wp:paragraph -->',
        "<p>واکسن <em>&amp; رایگان</em><br/>۸ آذر</p><figure><img alt='پوستر'></figure><p> مهرگان </p>",
    ],
)
def test_what_a_server_does_to_the_markup_is_not_seen(html: str) -> None:
    assert words_of(html) == "واکسن & رایگان\n۸ آذر\n\nمهرگان"


def test_words_that_somebody_added_are_seen() -> None:
    assert words_of("<p>واکسن</p>\n<div>تبلیغ</div>") == "واکسن\n\nتبلیغ"
    assert words_of("<p>واکسن</p><p>۹ آذر</p>") != words_of("<p>واکسن ۹ آذر</p>")


@pytest.mark.parametrize(
    "shape", ["<a ", "<!--", "<", " ", "<p ", "</", "<![CDATA[", "&#", "<script>", "\n ", "<!x", "a<b "]
)
def test_no_markup_takes_more_than_a_moment(shape: str) -> None:
    """24 kB of a broken site had kept an engine for eleven seconds, and fifty for forty: all of them wait for it."""
    begun = process_time()
    words_of(shape * (200_000 // len(shape)))
    assert process_time() - begun < 5.0
