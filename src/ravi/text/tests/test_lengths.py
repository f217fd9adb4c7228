"""Each platform's unit, as the cases say, and as the units' own rules demand of any text."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.text import lengths
from ravi.text.lengths import measure
from ravi.text.links import links_on_mastodon, links_on_x
from ravi.text.tests.reading import OWN, SHARED, rows


@pytest.mark.parametrize("row", [*rows(SHARED / "length_cases.tsv"), *rows(OWN / "lengths.tsv")])
def test_case(row):
    assert astuple(measure(row[0])) == tuple(int(cell) for cell in row[1:])


persian = st.text(alphabet="سلامکتاب ۱۲،؟«»\u200c\n", max_size=40)
anything = st.text(max_size=40)


@given(anything, anything)
def test_code_units_and_bytes_add_up(first, second):
    assert lengths.telegram_utf16(first + second) == lengths.telegram_utf16(first) + lengths.telegram_utf16(second)
    assert lengths.utf8_bytes(first + second) == lengths.utf8_bytes(first) + lengths.utf8_bytes(second)
    assert lengths.telegram_utf16(first) == len(first.encode("utf-16-le", "surrogatepass")) // 2


@given(anything, anything)
def test_lines_add_up_in_every_unit(first, second):
    whole = measure(f"{first}\n\n{second}")
    parts = [sum(pair) for pair in zip(astuple(measure(f"{first}\n")), astuple(measure(f"\n{second}")), strict=True)]
    assert list(astuple(whole)) == parts or first.endswith("\r")


@given(persian)
def test_persian_letters_weigh_one_on_x(text):
    assert lengths.x_weighted(text) == len(text)


@given(anything)
def test_no_unit_is_longer_than_its_bytes(text):
    assert lengths.bluesky_graphemes(text) <= lengths.telegram_utf16(text) <= lengths.utf8_bytes(text)


@given(persian, st.sampled_from(["https://mums.ac.ir/a/b?c=1", "http://x.ir", "https://t.me/abc_d"]), persian)
def test_an_address_with_a_scheme_weighs_23(before, address, after):
    text = f"{before} {address} {after}"
    rest = f"{before}  {after}"
    assert lengths.x_weighted(text) - lengths.x_weighted(rest) == 23
    assert lengths.mastodon_chars(text) - lengths.mastodon_chars(rest) == 23


def test_mastodon_servers_reserve_what_they_say():
    assert lengths.mastodon_chars("https://x.ir/a", address_length=40) == 40


@pytest.mark.parametrize(
    "text",
    ["a." * 10_000, "س" * 20_000, "https://a.ir/" + "(a" * 9_000, "@a." * 6_000, "a\u0301\u0316" * 6_000,
     "😷\u200d" * 6_000],
)  # fmt: skip
def test_hostile_text_is_measured(text):
    """20,000 characters: a quadratic rule would be felt at once."""
    assert measure(text).utf8_bytes == len(text.encode())
    assert len(links_on_x(text)) + len(links_on_mastodon(text)) < len(text)


@given(st.text(alphabet="🇮🇷🇦a\u0301\u200d👨\u0600\n", max_size=30))
def test_a_row_of_flags_counts_as_unicode_counts_it(text):
    assert lengths.bluesky_graphemes(text) == sum(1 for _ in lengths.GRAPHEME.finditer(text))


def test_a_hundred_thousand_flags_are_counted():
    assert lengths.bluesky_graphemes("🇮🇷" * 100_000) == 100_000
