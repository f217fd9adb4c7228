"""Search tokens and sort keys: every spelling of a word is found, and names stand in Persian order."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.text.sort_key import LONGEST_KEY, sort_key
from ravi.text.tokens import index_tokens, query_words, search_key, tokens


def is_found(query: str, text: str) -> bool:
    index = index_tokens(text)
    return all(word & index for word in query_words(query))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("كتاب", "کتاب‌ها"),
        ("کتاب ها", "کتاب‌های تازه"),
        ("کتابها", "کتاب ها"),
        ("کتاب‌های", "کتاب"),
        ("می رود", "می‌رود"),
        ("میرود", "می رود"),
        ("می‌رود", "میرود"),
        ("سلامت", "#سلامت_روان"),
        ("مسئول", "مسؤول"),
        ("مسوول", "مسئول"),
        ("رییس", "رئیس دانشگاه"),
        ("خانه", "خانهٔ بهداشت"),
        ("خانهٔ", "خانۀ بهداشت"),
        ("1404", "سال ۱۴۰۴"),
        ("۱۹", "COVID-19"),
        ("covid", "COVID-19"),
        ("عِلم", "علم"),
        ("بیمار", "بیماران"),
        ("بزرگ", "بزرگ‌ترین"),
        ("مراقبت بهداشتی", "مراقبت‌های بهداشتی"),
        ("آموزش", "اموزش"),
    ],
)
def test_every_spelling_is_found(query, text):
    assert is_found(query, text)


@pytest.mark.parametrize(
    ("query", "text"), [("کتاب", "کتان"), ("سلامت روان", "سلامت"), ("ماه", "ماهی"), ("سل", "سلام")]
)
def test_other_words_are_not_found(query, text):
    assert not is_found(query, text)


def test_tokens_are_words_in_order():
    assert tokens("دانشگاه علوم‌پزشکی و كتاب ها") == ["دانشگاه", "علومپزشکی", "و", "کتاب"]


@given(st.text(max_size=50))
def test_every_text_is_found_by_itself(text):
    assert is_found(text, text)


@given(st.text(max_size=50))
def test_search_key_is_settled(text):
    assert search_key(search_key(text)) == search_key(text)


ORDER = [
    "۲ الف", "10", "آرش", "احمد", "بند ۹", "بند ۱۰", "بندر", "پارس", "تهران", "ثریا", "جعفر", "چالوس",
    "حسن", "ژاله", "شیراز", "علی", "علی اکبر", "علیرضا", "قم", "کاشان", "كرج", "کیش", "گلستان",
    "لار", "میرجاوه", "وحید", "هادی", "یاسر", "يزد",
    "Alice", "bob", "日本",
]  # fmt: skip


def test_names_stand_in_persian_order():
    shuffled = random.Random(1).sample(ORDER, len(ORDER))
    assert sorted(shuffled, key=sort_key) == ORDER


@pytest.mark.parametrize(
    ("one", "other"), [("علي", "علی"), ("علی‌رضا", "علیرضا"), ("كرج", "کرج"), ("مُحمد", "محمد"), ("۱۲", "12")]
)
def test_spellings_share_a_key(one, other):
    assert sort_key(one) == sort_key(other)


@given(st.text(max_size=300))
def test_keys_are_bounded_and_storable(name):
    key = sort_key(name)
    assert len(key) <= LONGEST_KEY
    assert "\x00" not in key
    key.encode("utf-8")
