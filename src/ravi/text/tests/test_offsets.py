"""Offsets in UTF-16 units lead to the same letters that code points do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.text.offsets import place_of_utf16, utf16_offset

# Persian with ZWNJ, emoji of several code points, flags, letters beyond the first plane and combining marks.
PIECES = st.sampled_from(["سلام", "می‌گویند", "👩🏽‍⚕️", "🇮🇷", "𐎠", "é", "a\u0301", "\u200c", "\n", " ", "ﷲ", "#", "①"])
TEXTS = st.lists(PIECES | st.text(max_size=3), max_size=20).map("".join)


def in_utf16(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


@given(TEXTS.filter(lambda text: not any("\ud800" <= one <= "\udfff" for one in text)), st.data())
def test_a_place_and_back_again(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = utf16_offset(text, start), utf16_offset(text, end)
    assert in_utf16(text)[2 * first : 2 * last] == in_utf16(text[start:end])
    assert (place_of_utf16(text, first), place_of_utf16(text, last)) == (start, end)


@pytest.mark.parametrize(("text", "offset"), [("👍", 1), ("ا👍", 2), ("", 1), ("سلام", 5), ("سلام", -1)])
def test_no_place_inside_a_character_or_outside_the_text(text: str, offset: int) -> None:
    with pytest.raises(ValueError, match="no character begins"):
        place_of_utf16(text, offset)


def test_both_ends_are_places() -> None:
    assert (utf16_offset("", 0), place_of_utf16("", 0)) == (0, 0)
    assert (utf16_offset("👍ب", 2), place_of_utf16("👍ب", 3)) == (3, 2)
