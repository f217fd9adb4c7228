"""Whatever officers mark is taken by a strict server as it was marked: offsets in UTF-16 units, nested as the page asks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ravi.platforms.contract import Content, Mark
from ravi.platforms.marking import shown
from ravi.platforms.shapes.bot_entities import entities_of
from ravi.platforms.telegram.profile import PROFILES
from ravi.text.markup import read
from tests.fakes.bot_words import words_of

PIECES = st.sampled_from([
    "سلام", "می‌گویند", "👩🏽‍⚕️", "🇮🇷", "𐎠", " ", "\n", "**", "> ", "[این‌جا](https://example.org/a)", "[", "](https://example.org)",
    "\\", "«رایگان»", "x", "\u0301",
])  # fmt: skip
SOURCES = st.lists(PIECES, max_size=25).map("".join)
KINDS = {"bold": "bold", "quote": "blockquote", "link": "text_link"}


def piece(text: str, offset: int, length: int) -> str:
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


@given(SOURCES)
def test_what_officers_mark_is_taken_as_it_was_marked(source: str) -> None:
    marked = shown(read(source), PROFILES["telegram"].marks, "fa")
    content = Content(marked.text, marks=marked.marks)
    entities = entities_of(content)
    words_of(content.text, entities, 10_000, "message")  # refuses what it would mend in silence
    kept = [(one["type"], piece(content.text, one["offset"], one["length"]), one.get("url", "")) for one in entities]
    wanted = [(KINDS[mark.kind], content.text[mark.start : mark.end], mark.href) for mark in content.marks]
    assert sorted(one for one in kept if one[0] != "bold") == sorted(one for one in wanted if one[0] != "bold")
    assert "".join(one[1] for one in kept if one[0] == "bold") == "".join(one[1] for one in wanted if one[0] == "bold")


def test_an_outer_piece_comes_before_the_inner_one() -> None:
    content = Content(
        "👍 ab", marks=(Mark("link", 3, 4, "https://example.org"), Mark("bold", 2, 4), Mark("quote", 0, 4))
    )
    assert [(one["type"], one["offset"], one["length"]) for one in entities_of(content)] == [
        ("blockquote", 0, 5), ("bold", 3, 1), ("text_link", 4, 1), ("bold", 4, 1),
    ]  # fmt: skip


def test_bold_words_over_the_edge_of_a_link_are_two_pieces() -> None:
    content = Content("ab cd ef", marks=(Mark("bold", 0, 5), Mark("link", 3, 8, "https://example.org")))
    assert [(one["type"], one["offset"], one["length"]) for one in entities_of(content)] == [
        ("bold", 0, 3), ("text_link", 3, 5), ("bold", 3, 2),
    ]  # fmt: skip
