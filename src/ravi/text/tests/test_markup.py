"""The source form of formatting: what it marks, and what it leaves as it was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.text.markup import Marked, Span, read
from ravi.text.normalise import normalise

WORDS = st.text(st.sampled_from("ابپ می‌خ۱۲ aB👩🏽‍⚕️é.،#\\"), min_size=1, max_size=12).filter(
    lambda words: words == words.strip() and not words.endswith("\\")
)
ADDRESS = st.sampled_from(["https://example.org", "http://a.ir/x_(y)?b=1&c=**2**", "HTTPS://example.org/سلامت"])
# What is typed, and the same as it is read: nothing here is a marking.
SIGNS = st.sampled_from(
    [(r"\*\*x\*\*", "**x**"), (r"\[x](https://a.b)", "[x](https://a.b)"), ("2 > 1", "2 > 1"), ("[x]", "[x]")]
)


def order(span: Span) -> tuple[int, int, str]:
    return span.start, -span.end, span.kind


@st.composite
def meant(draw: st.DrawFn) -> tuple[str, Marked]:
    """A source put together from what it means, and what it means."""
    source, text, spans = "", "", []
    for number in range(draw(st.integers(1, 5))):
        if number:
            source, text = f"{source} ", f"{text} "
        kind, start = draw(st.sampled_from(["plain", "bold", "link", "bold link", "sign"])), len(text)
        typed, shown = draw(SIGNS) if kind == "sign" else (draw(WORDS),) * 2
        end = start + len(shown)
        if "link" in kind:
            address = draw(ADDRESS)
            typed = f"[{typed}]({address})"
            spans.append(Span("link", start, end, address))
        if "bold" in kind:
            typed = f"**{typed}**"
            spans.append(Span("bold", start, end))
        source, text = source + typed, text + shown
    return source, Marked(text, tuple(sorted(spans, key=order)))


@given(meant())
def test_a_source_says_what_was_meant(pair: tuple[str, Marked]) -> None:
    source, marked = pair
    assert read(source) == marked


@given(st.lists(meant(), min_size=1, max_size=4), st.data())
def test_quoted_lines_that_stand_together_are_one_quote(lines: list[tuple[str, Marked]], data: st.DataObject) -> None:
    quoted = [data.draw(st.booleans()) for _line in lines]
    source = "\n".join(f"> {line}" if is_quoted else line for (line, _m), is_quoted in zip(lines, quoted, strict=True))
    found = read(source)
    assert found.text == "\n".join(marked.text for _source, marked in lines)
    quotes = [found.text[span.start : span.end] for span in found.spans if span.kind == "quote"]
    runs: list[list[str]] = [[]]
    for (_source, marked), is_quoted in zip(lines, quoted, strict=True):
        if is_quoted:
            runs[-1].append(marked.text)
        elif runs[-1]:
            runs.append([])
    assert quotes == ["\n".join(run) for run in runs if run]


@given(st.text(st.sampled_from("*[]()>\\ \nا1b:/#htps"), max_size=60))
def test_any_typing_is_read_without_losing_a_word(source: str) -> None:
    found = read(source)
    assert [letter for letter in found.text if letter in "ا1b#"] == [
        letter for letter in _without_addresses(source, found) if letter in "ا1b#"
    ]
    for span in found.spans:
        assert 0 <= span.start < span.end <= len(found.text)


def _without_addresses(source: str, found: Marked) -> str:
    for span in found.spans:
        source = source.replace(f"]({span.href})", "]") if span.kind == "link" else source
    return source


@pytest.mark.parametrize("source", ["", "سلام", "2**3**", "** x **", "**x\ny**", "****", "***x***", "[ ](https://a.b)",
    "[x](a.b)", "[x] (https://a.b)", "[x](https://a b)", "C:\\dir\\a", "a > b", "[x](javascript:1)"])  # fmt: skip
def test_what_does_not_close_stays_as_it_was_typed(source: str) -> None:
    expected = "23" if source == "2**3**" else source
    assert read(source).text == expected


def test_backslashes_elsewhere_are_backslashes() -> None:
    assert read("\\\\host\\share \\\\**x**").text == "\\\\host\\share \\x"


def test_tidying_leaves_the_marking_alone() -> None:
    source = "> **واکسن** رايگان است\n[نشاني مرکز](https://example.org/ك?a=1) را ببينيد"
    tidied = normalise(source, lang="fa", level="typo")
    assert [(span.kind, span.href) for span in read(tidied).spans] == [
        (span.kind, span.href) for span in read(source).spans
    ]
