"""Words and their marks in HTML: whatever is marked, a reader's words are the writer's."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.platforms.contract import Mark
from ravi.platforms.shapes.marked_html import marked_html

ALPHABET = st.sampled_from(list("ab <>&\"'[]/=:.\n\n\n\tپگی\u200cـ\u202b۱ 👩🏽\u0651")) | st.characters(
    exclude_categories=["Cs", "Cc"]
)
TEXTS = st.lists(
    st.text(ALPHABET, max_size=12) | st.sampled_from(["https://example.org/a?b=1&c=[2]", "\n", "\n\n", "<b>"]),
    max_size=12,
).map("".join)
HREFS = st.sampled_from(["https://example.org/?a=1&b=\"'<>", "mailto:a@example.org", "javascript:alert(1)", "", "x"])
PLACES = st.integers(-2, 60)
MARKS = st.lists(st.builds(Mark, st.sampled_from(["bold", "quote", "link"]), PLACES, PLACES, HREFS), max_size=8)


class Reader(HTMLParser):
    """What a reader sees: a line break for `<br>`, one at a quotation's border, an empty line between paragraphs. And
    whether every tag that opens closes in its turn, and only those come that may be there."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.bold = ""
        self.hrefs: list[str] = []
        self.problems: list[str] = []
        self.open: list[str] = []
        self._border = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"p", "br", "a", "strong", "blockquote"} or tag in self.open:
            self.problems.append(f"<{tag}> in {self.open}")
        self.hrefs += [value or "" for name, value in attrs if name == "href"]
        if tag == "br":
            self.words += "\n"
            return
        if tag == "blockquote" and self._border:
            self._border = "\n"
        if tag == "p":
            self.words, self._border = self.words + self._border, ""
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}>")
        if tag in {"p", "blockquote"}:
            self._border = "\n\n" if tag == "p" else "\n"

    def handle_data(self, data: str) -> None:
        if "p" in self.open:
            self.words += data
        if "strong" in self.open:
            self.bold += data


@given(TEXTS, MARKS)
def test_the_words_of_the_html_are_the_text(text: str, marks: list[Mark]) -> None:
    read = Reader(marked_html(text, marks))
    assert read.words == text
    assert (read.problems, read.open) == ([], [])
    assert [href for href in read.hrefs if not href.startswith(("https://", "http://", "mailto:"))] == []


@given(TEXTS, MARKS)
def test_what_is_bold_is_what_was_marked(text: str, marks: list[Mark]) -> None:
    bold = {place for mark in marks if mark.kind == "bold" for place in range(max(mark.start, 0), mark.end)}
    wanted = [text[place] for place in sorted(bold) if place < len(text) and text[place] != "\n"]
    assert list(Reader(marked_html(text, marks)).bold) == wanted


@pytest.mark.parametrize(
    ("text", "marks", "html"),
    [
        ("", (), '<p dir="auto"></p>'),
        ("یک\nدو\n\nسه", (), '<p dir="auto">یک<br>دو</p>\n<p dir="auto">سه</p>'),
        ("a\n\n\nb", (), '<p dir="auto">a</p>\n<p dir="auto"><br>b</p>'),
        ("مهم است", (Mark("bold", 0, 3),), '<p dir="auto"><strong>مهم</strong> است</p>'),
        (
            "ببینید این را",
            (Mark("link", 7, 10, "https://example.org/?a&b"), Mark("bold", 8, 13)),
            '<p dir="auto">ببینید <a href="https://example.org/?a&amp;b">ا<strong>ین</strong></a><strong> را</strong></p>',
        ),
        (
            "گفت:\nاول\n\nدوم\nپایان",
            (Mark("quote", 6, 11),),
            '<p dir="auto">گفت:</p>\n<blockquote><p dir="auto">اول</p>\n<p dir="auto">دوم</p></blockquote>\n'
            '<p dir="auto">پایان</p>',
        ),
        ("a\n\nb", (Mark("quote", 3, 4),), '<p dir="auto">a<br></p>\n<blockquote><p dir="auto">b</p></blockquote>'),
        ("[x] <b>", (Mark("link", 0, 3, "javascript:alert(1)"),), '<p dir="auto">[x] &lt;b&gt;</p>'),
        (
            "ببینید https://example.org/a?b=1&c=2.",
            (),
            '<p dir="auto">ببینید <a href="https://example.org/a?b=1&amp;c=2">https://example.org/a?b=1&amp;c=2</a>.</p>',
        ),
        (
            "(https://example.org/a_(b))، پس",
            (),
            '<p dir="auto">(<a href="https://example.org/a_(b)">https://example.org/a_(b)</a>)، پس</p>',
        ),
    ],
)
def test_each_mark_has_its_html(text: str, marks: tuple[Mark, ...], html: str) -> None:
    assert marked_html(text, marks) == html


def test_an_own_escape_holds_for_words_and_addresses() -> None:
    html = marked_html("[a] https://example.org/[b]", plain=lambda text: text.replace("[", "&#91;"))
    assert "[" not in html
