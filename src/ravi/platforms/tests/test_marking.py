"""What becomes of bold words, links and quotations on platforms that show them, and on those that do not."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.platforms.compose import FULL, Parts, fit, with_link
from ravi.platforms.contract import Mark, MarkKind, Profile
from ravi.platforms.marking import Shown, shown
from ravi.platforms.registry import kinds, platforms, profile
from ravi.text.markup import Marked, Span, read

ALL: tuple[MarkKind, ...] = ("bold", "quote", "link")
SUBSETS = [frozenset(some) for n in range(4) for some in combinations(ALL, n)]
SOURCE = "**نوبت دوم** را [در سامانه](https://example.org/a) بگیرید\n> «ایمن است»\n> دکتر بهنام"


def words_of(source: str, *kinds: MarkKind, lang: str = "fa") -> str:
    return shown(read(source), frozenset(kinds), lang).text


def test_a_platform_that_shows_all_gets_the_plain_words_and_the_spans() -> None:
    said = shown(read(SOURCE), frozenset(ALL), "fa")
    assert said.text == "نوبت دوم را در سامانه بگیرید\n«ایمن است»\nدکتر بهنام"
    assert [(mark.kind, said.text[mark.start : mark.end], mark.href) for mark in said.marks] == [
        ("bold", "نوبت دوم", ""),
        ("link", "در سامانه", "https://example.org/a"),
        ("quote", "«ایمن است»\nدکتر بهنام", ""),
    ]


def test_a_plain_platform_is_told_the_address_and_nothing_twice() -> None:
    assert words_of(SOURCE) == "نوبت دوم را در سامانه (https://example.org/a) بگیرید\n«ایمن است»\nدکتر بهنام"
    assert words_of("[https://example.org](https://example.org)") == "https://example.org"
    assert words_of("> ایمن است\nگفت") == "«ایمن است»\nگفت"
    assert words_of("> it is safe", lang="en") == "“it is safe”"


def test_what_is_put_in_stays_outside_what_is_marked() -> None:
    said = shown(read("> **[ا](https://a.b)** ب"), frozenset({"bold"}), "fa")
    assert said.text == "«ا (https://a.b) ب»"
    assert [(mark.kind, said.text[mark.start : mark.end]) for mark in said.marks] == [("bold", "ا")]


def test_a_link_in_the_words_is_not_added_again_where_it_can_be_opened() -> None:
    href = "https://example.org/a"
    said = Shown("سامانه", (Mark("link", 0, 6, href),))
    assert with_link(said, href) == said
    assert with_link(Shown("سامانه "), href) == Shown(f"سامانه\n{href}")


def test_marks_end_where_trailing_space_is_cut_before_the_link() -> None:
    said = Shown("ا ب \n", (Mark("bold", 0, 5), Mark("quote", 4, 5)))
    assert with_link(said, "https://a.b") == Shown("ا ب\nhttps://a.b", (Mark("bold", 0, 3),))


@st.composite
def marked(draw: st.DrawFn) -> Marked:
    text = draw(st.text("اب «»\n👩🏽‍⚕️a", min_size=1, max_size=20))
    place = st.integers(0, len(text))
    spans = []
    for kind in draw(st.lists(st.sampled_from(ALL), max_size=4)):
        start, end = sorted((draw(place), draw(place)))
        if start < end:
            spans.append(Span(kind, start, end, "https://a.b" if kind == "link" else ""))
    return Marked(text, tuple(sorted(spans, key=lambda span: (span.start, -span.end, span.kind))))


@given(marked(), st.sampled_from(SUBSETS))
def test_no_word_is_lost_and_each_mark_holds_its_words(said: Marked, kinds: frozenset[MarkKind]) -> None:
    found = shown(said, kinds, "fa")
    rest = iter(found.text)
    assert all(letter in rest for letter in said.text)
    assert {mark.kind for mark in found.marks} <= kinds
    mine = [span for span in said.spans if span.kind in kinds]
    for span, mark in zip(mine, found.marks, strict=True):
        inside = iter(found.text[mark.start : mark.end])
        assert all(letter in inside for letter in said.text[span.start : span.end])
        assert found.text[mark.start] == said.text[span.start]
        assert found.text[mark.end - 1] == said.text[span.end - 1]


@pytest.mark.parametrize(
    "its", [profile(kind, name) for kind in kinds() for name in platforms(kind)], ids=lambda p: p.kind
)
def test_the_count_is_of_what_will_be_read(its: Profile) -> None:
    fitted = fit(Parts({FULL: SOURCE}, title="عنوان"), its)
    assert fitted.text == words_of(SOURCE, *its.marks)
    assert {mark.kind for mark in fitted.marks} == its.marks
