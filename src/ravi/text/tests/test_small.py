"""Numbers, direction, look-alikes and lines."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.text.bidi import hidden_characters, isolate_runs, visible_name_ok
from ravi.text.jalali import NotAJalaliDate
from ravi.text.lines import date_line, escape, unescape
from ravi.text.lookalike import Difference, difference, looks_like, skeleton
from ravi.text.numbers import (
    NotANumber,
    format_number_fa,
    parse_number,
    parse_whole,
    to_latin_digits,
    to_persian_digits,
)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("۱۲٫۵", "12.5"),
        ("۱٬۲۵۰", "1250"),
        ("١٢", "12"),
        ("1,250.75", "1250.75"),
        (" ۱۲.۵ ", "12.5"),
        ("−۳", "-3"),
        ("-3", "-3"),
    ],
)
def test_number_is_read(typed, number):
    assert parse_number(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["", "x", "1,25", "1.2.3", "١٢x", "1e5", "NaN", "½", "9" * 100, "²"])
def test_what_is_no_number_is_named(typed):
    with pytest.raises(NotANumber):
        parse_number(typed)


def test_a_part_is_no_whole_number():
    with pytest.raises(NotANumber):
        parse_whole("۱۲٫۵")


@given(st.integers(-(10**12), 10**12))
def test_numbers_come_back(number):
    assert parse_number(format_number_fa(number)) == number
    assert to_latin_digits(to_persian_digits(number)) == str(number)


def test_numbers_are_written_the_persian_way():
    assert format_number_fa(1250000) == "۱٬۲۵۰٬۰۰۰"
    assert format_number_fa(Decimal("12.50")) == "۱۲٫۵۰"


def test_runs_that_would_turn_around_are_isolated_once():
    text = "تلفن 021-88881234 و +98 21 4030، @tums_24 و سال 1404"
    isolated = "تلفن \u2066021-88881234\u2069 و \u2066+98 21 4030\u2069، \u2066@tums_24\u2069 و سال 1404"
    assert isolate_runs(text) == isolated
    assert isolate_runs(isolated) == isolated


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        ("تلفن (021-190) است", "تلفن (<021-190>) است"),
        ("تلفن (021) 190 است", "تلفن <(021) 190> است"),
        ("۹ (140/90) یعنی", "۹ (140/90) یعنی"),
        ("سال ۱۴۰۵ (2026-27)", "سال ۱۴۰۵ (<2026-27>)"),
        ("(۲۱ آذر 8-14) 190", "(۲۱ آذر <8-14>) 190"),
    ],
)
def test_a_bracket_whose_other_half_is_outside_stays_outside(text, isolated):
    assert isolate_runs(text) == isolated.translate({ord("<"): "\u2066", ord(">"): "\u2069"})


@given(st.text("0۹1 ()-+", max_size=30))
def test_no_island_holds_half_a_pair_of_brackets(text):
    inside = re.findall("\u2066(.*?)\u2069", isolate_runs(text))
    assert [part for part in inside if part.count("(") != part.count(")")] == []


@given(st.text(max_size=60))
def test_isolating_twice_changes_nothing(text):
    assert isolate_runs(isolate_runs(text)) == isolate_runs(text)


def test_hidden_characters_are_named_but_not_those_of_emoji():
    text = "a\u202eb\u200b 👩🏽\u200d⚕\ufe0f می\u200cروم ه\u200d 1\ufe0f\u20e3"
    assert [(found.position, found.name) for found in hidden_characters(text)] == [
        (1, "RIGHT-TO-LEFT OVERRIDE"),
        (3, "ZERO WIDTH SPACE"),
    ]


def test_islands_of_left_to_right_text_hide_nothing():
    assert hidden_characters(isolate_runs("تلفن 021-88881234 و +98 21 4030 و @tums_24")) == []
    assert hidden_characters(isolate_runs("تلفن ۰۲۱-۸۸۸۸۱۲۳۴ و \u2066۰۴۱۳۳۳۳۰۰۰۰\u2069 و \u2066٠٢١٨٨\u2069")) == []


@pytest.mark.parametrize(
    ("text", "places"),
    [("متن \u2067abc\u2069", [4, 8]), ("\u2066سلام\u2069", [0, 5]), ("\u2066abc", [0]), ("abc\u2069", [3]),
     ("\u2066۰۲۱ سلام\u2069", [0, 9]), ("\u2066a\u202eb\u2069", [0, 2, 4]), ("\u2066a\u200bb\u2069", [2])],
)  # fmt: skip
def test_what_turns_text_around_is_named(text, places):
    assert [found.position for found in hidden_characters(text)] == places


@pytest.mark.parametrize("name", ["علی\u200cرضا", "Alice", "خانهٔ بهداشت ۲", "مُحمّد"])
def test_name_can_be_seen(name):
    assert visible_name_ok(name)


@pytest.mark.parametrize(
    "name", ["", " ", "\u200c\u0301", "\u3164", "a\u202eb", "a\nb", "a\x00", "ه" + "\u0301" * 9, "\ud800", "a\u200b"]
)
def test_name_cannot_be_seen(name):
    assert not visible_name_ok(name)


@pytest.mark.parametrize(
    ("typed", "ours"),
    [("tums_0fficial", "tums_official"), ("tums_24", "turns_24"), ("tumѕ", "tums"), ("behdaasht1", "behdaashtl"),
     ("tums.24", "tums_24"), ("IUMS", "lums"), ("мums", "mums"), ("دانشگاه_علوم", "دانشگاهعلوم"), ("tums_۰", "tums_o")],
)  # fmt: skip
def test_handles_look_alike(typed, ours):
    assert looks_like(typed, ours)


def test_other_handles_do_not():
    assert not looks_like("@TUMS_24", "tums_24")
    assert skeleton("tums_24") != skeleton("mums_24")


def test_the_letter_that_differs_is_shown():
    assert difference("tums_0fficial", "@tums_official") == [Difference(5, "0", "o")]


@given(st.text())
def test_escaped_lines_come_back(text):
    line = escape(text)
    assert unescape(line) == text
    assert not {"\n", "\r", "\u2028", "\u200c", "\x00"} & set(line)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (r"\u200c\U0001f637\n\r\\n", "\u200c😷\n\r\\n"),
        (r"\ud83d\ude37", "😷"),
        (r"\x \u12", r"\x \u12"),
        (r"\UFFFFFFFF", r"\UFFFFFFFF"),
    ],
)
def test_escapes_are_read(line, text):
    assert unescape(line) == text


BOTH = "1405-09-01 = 2026-11-22 | یکشنبه ۱ آذر ۱۴۰۵ = Sunday 22 November 2026"


@pytest.mark.parametrize(
    "typed",
    ["1405-09-01", "۱۴۰۵/۹/۱", "2026-11-22", "22/11/2026", "1/9/1405", "۱ آذر ۱۴۰۵", "1 Azar 1405", "22 November 2026"],
)
def test_a_date_is_written_in_both_calendars(typed):
    assert date_line(typed) == BOTH


@pytest.mark.parametrize(
    "typed", ["", "31/7/1405", "1405-13-01", "2026-02-30", "yesterday", "1 foo 1405", "0/0/0", "9" * 50]
)
def test_a_wrong_date_is_a_sentence(typed):
    with pytest.raises(NotAJalaliDate, match=r"\.$"):
        date_line(typed)
