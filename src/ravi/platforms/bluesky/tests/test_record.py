"""A record's words, marks and name."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.platforms.bluesky.record import facets_of, post_record, rkey_of
from ravi.platforms.contract import Content, Mark
from ravi.platforms.contract_samples import PERSIAN

ALPHABET = st.sampled_from(list("ab #_/.:@\nپگی\u200cـ\u202b۱👩🏽\u200d⚕️ﷲ\u0651")) | st.characters(
    exclude_categories=["Cs"]
)
WORDS = st.sampled_from(["https://example.org/a?b=1", "#سلامت", "#a", "# ", "http://", "آب\u200cوهوا"])
TEXTS = st.lists(st.text(ALPHABET, max_size=10) | WORDS, max_size=12).map("".join)
HREFS = st.sampled_from(["https://example.org/", "https://example.org/آ", "javascript:alert(1)", "", "https://a b"])
PLACES = st.integers(-2, 60)
MARKS = st.lists(st.builds(Mark, st.sampled_from(["bold", "link"]), PLACES, PLACES, HREFS), max_size=6).map(tuple)


@given(TEXTS, MARKS)
def test_every_facet_cuts_whole_characters_that_are_its_own(text: str, marks: tuple[Mark, ...]) -> None:
    raw, done = text.encode(), 0
    for facet in facets_of(text, marks):
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert done <= start < end <= len(raw)
        done = end
        words, [feature] = raw[start:end].decode(), facet["features"]
        if "tag" in feature:
            assert words[1:] == feature["tag"] and words[0] in "#＃"
        elif words != feature["uri"]:
            assert [
                m for m in marks if m.kind == "link" and text[m.start : m.end] == words and m.href == feature["uri"]
            ]
            assert feature["uri"].startswith("https://") and " " not in feature["uri"]


@given(st.text(ALPHABET, max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_a_marked_link_is_where_it_was_marked(text: str, start: int, end: int) -> None:
    places = [
        (facet["index"]["byteStart"], facet["index"]["byteEnd"])
        for facet in facets_of(text, (Mark("link", start, end, "https://ravi.example/"),))
        if facet["features"][0].get("uri") == "https://ravi.example/"
    ]
    before = len(text[:start].encode())
    within = 0 <= start < end <= len(text)
    assert places == ([(before, before + len(text[start:end].encode()))] if within else [])


def test_the_hard_text_has_its_one_link_and_each_tag_its_words() -> None:
    [link] = facets_of(PERSIAN)
    raw = PERSIAN.encode()
    assert raw[link["index"]["byteStart"] : link["index"]["byteEnd"]] == b"https://example.org/a?b=1&c=2"
    assert [f["features"][0]["tag"] for f in facets_of("#نیم‌فاصله #۱۲ a#b #" + "ا" * 65 + " #پایان")] == [
        "نیم‌فاصله", "پایان",
    ]  # fmt: skip


def test_an_address_leaves_a_persian_sentence_its_mark() -> None:
    [link] = facets_of("ببینید https://example.org/سلامت، بعد")
    assert link["features"][0]["uri"] == "https://example.org/سلامت"


def test_a_record_says_its_language_and_its_moment_in_utc() -> None:
    tehran = datetime(2026, 11, 26, 12, 0, 0, 123456, timezone(timedelta(hours=3.5)))
    record = post_record(Content("سلام"), tehran, embed=None, reply=None)
    assert record == {
        "$type": "app.bsky.feed.post", "text": "سلام", "langs": ["fa"], "createdAt": "2026-11-26T08:30:00.123Z",
    }  # fmt: skip
    assert "langs" not in post_record(Content("x", lang=""), tehran, embed=None, reply=None)


@given(st.text(max_size=70))
def test_a_key_becomes_a_moment_before_any_of_todays(key: str) -> None:
    """As https://atproto.com/specs/tid has it."""
    name = rkey_of(key)
    assert re.fullmatch(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", name)
    value = 0
    for letter in name:
        value = value * 32 + "234567abcdefghijklmnopqrstuvwxyz".index(letter)
    moment = datetime.fromtimestamp((value >> 10) / 1e6, UTC)
    assert datetime(2023, 1, 1, tzinfo=UTC) <= moment < datetime(2025, 4, 1, tzinfo=UTC)
    assert rkey_of(key) == name


@pytest.mark.parametrize("number", range(3))
def test_keys_that_differ_have_different_names(number: int) -> None:
    names = {rkey_of(f"ravi-{number}-{n}") for n in range(5000)}
    assert len(names) == 5000
