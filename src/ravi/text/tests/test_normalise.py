"""The normaliser does what the cases say, settles at once, and leaves everything alone that is not Persian prose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.text.normalise import Suggestion, changes, normalise, suggestions
from ravi.text.tests.reading import OWN, SHARED, rows

LEVELS = ("safe", "typo")


def shared_cases() -> list[tuple[str, str, str]]:
    cases = []
    for before, after, why in rows(SHARED / "persian_cases.tsv"):
        kind = why.split(":")[0]
        cases += [(level, before, after) for level in (LEVELS if kind == "keep" else (kind,))]
    return cases


def own_cases() -> list[tuple[str, str, str]]:
    cases = []
    for kind, before, after, _why in rows(OWN / "normalise.tsv"):
        cases += [
            (level, before, before if after == "=" else after) for level in (LEVELS if kind == "keep" else (kind,))
        ]
    return cases


@pytest.mark.parametrize(("level", "before", "after"), shared_cases() + own_cases())
def test_case(level, before, after):
    assert normalise(before, level=level) == after


@pytest.mark.parametrize(("level", "before", "after"), shared_cases() + own_cases())
def test_case_is_settled(level, before, after):
    assert normalise(after, level=level) == after


PROTECTED = [
    "https://ex.ac.ir/a,b;c?d=1.5&k=كي&e=...", "http://x.ir/خبر", "mums.ac.ir", "t.me/a?b=1", "info.1404@mums.ac.ir",
    "@tums_24", "#سلامت_1404", "#كرونا", "👩🏽\u200d⚕\ufe0f", "🏳\ufe0f\u200d🌈", "🇮🇷", "1\ufe0f\u20e3", "#\ufe0f\u20e3",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "H5N1", "COVID-19", "HbA1c", "10⁹", "2×10⁹", "m²",
    "kg/m²", "+98 21 8888 1234", "021-88881234", "09123456789", "\u2066+98 21 88\u2069", "\u200e021-8888\u200e",
    "\u2068كي 12\u2069", '<b class="x">', "`كي 12`", "ﷺ", "1.2.3", "192.168.1.10", "إِيَّاكَ", "دایرة", "&nbsp;",
]  # fmt: skip
words = st.sampled_from(
    ["سلام", "كتاب", "می", "خواهم", "ها", "های", "خانه", "ای", "بزرگ", "تر", "و",
     "می\u200c", "ۀ", "ے", "ڕ", "َ", "ّ", "ـ",
     "12", "1404", "37.5", "1,250", "50%", "٣", "٪", "،", ",", "?", "...", "…", '"', "«", "»", "(", ")", ".", ":", "-",
     "/", "@", "#", "<", ">", "`", "\n", "\t", "  ", "\u200c", "\u200b", "\u202e", "\u2066", "\u2069", "\u00ad", "\u0000",
     "\ufe8f", "\ufdd0", "\ud800", "PDF",
     "A", "é", "e\u0301", "x.ir", "http://"]
)  # fmt: skip
messy = st.lists(words | st.sampled_from(PROTECTED), max_size=12).flatmap(
    lambda parts: st.sampled_from(["", " "]).map(lambda gap: gap.join(parts))
)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("span", PROTECTED)
@pytest.mark.parametrize(
    "frame", ["{}", "در {} است", "سلام {}، دنيا", "«{}»", "({})", "سال 1404 {}", "كتاب ها\n{}\nمي رود"]
)
def test_protected_span_stays_byte_for_byte(level, span, frame):
    assert span in normalise(frame.format(span), level=level)


@given(messy | st.text(max_size=60), st.sampled_from(LEVELS))
def test_normalise_is_idempotent(text, level):
    once = normalise(text, level=level)
    assert normalise(once, level=level) == once


@given(messy | st.text(max_size=60))
def test_typo_includes_safe(text):
    assert normalise(normalise(text), level="typo") == normalise(text, level="typo")


@pytest.mark.parametrize("lang", ["ckb", "ar", "azb", "en", "ckb-IR", "ur", "az-Arab", ""])
@given(text=messy | st.text(max_size=60))
def test_other_languages_stay_byte_for_byte(lang, text):
    assert [normalise(text, level=level, lang=lang) for level in LEVELS] == [text, text]
    assert suggestions(text, lang) == []


@pytest.mark.parametrize("lang", ["fa", "fa-IR", "fa_IR", "FA"])
def test_persian_tags_are_persian(lang):
    assert normalise("كتاب", lang=lang) == "کتاب"


@given(messy | st.text(max_size=60))
def test_all_suggestions_together_give_the_typo_level(text):
    assert applied(text, suggestions(text)) == normalise(text, level="typo")


@given(messy)
def test_changes_give_the_way_back(text):
    after = normalise(text)
    assert applied(after, changes(after, text)) == text


def test_each_suggestion_stands_alone():
    text = "کتاب ها و سال 1404 سلام ,دنیا"
    assert [(s.before, s.after, s.reason) for s in suggestions(text)] == [
        ("کتاب ها", "کتاب\u200cها", "half_space"),
        ("1404", "۱۴۰۴", "digits"),
        ("سلام ,دنیا", "سلام، دنیا", "punctuation"),
    ]
    assert applied(text, suggestions(text)[1:2]) == "کتاب ها و سال ۱۴۰۴ سلام ,دنیا"


HOSTILE = {
    "marks": "a" + "\u0301\u0316" * 10_000,
    "vowels": "س" + "\u064e\u0651" * 10_000,
    "letters": "س" * 20_000,
    "isolates": "\u2066" * 20_000,
    "pairs": "\u2066\u2069" * 10_000,
    "overrides": "\u202e\u202b" * 10_000,
    "commas": "1," * 10_000,
    "mentions": "@a." * 7_000,
    "tags": "<a " * 7_000,
    "quotes": '"' * 20_000,
    "tatweel": "\u0640" * 20_000,
    "surrogates": "\ud800" * 20_000,
    "nulls": "\x00" * 20_000,
    "spaces": " " * 20_000 + "x",
    "brackets": "( س" * 7_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_settles(name):
    """20,000 characters: a quadratic rule would be felt at once."""
    text = HOSTILE[name]
    once = normalise(text, level="typo")
    assert normalise(once, level="typo") == once
    assert applied(text, changes(text, once)) == once


def applied(text: str, edits: list[Suggestion]) -> str:
    for edit in reversed(edits):
        assert text[edit.start : edit.end] == edit.before
        text = text[: edit.start] + edit.after + text[edit.end :]
    return text
