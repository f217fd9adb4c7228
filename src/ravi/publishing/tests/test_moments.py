"""A typed moment is read in either calendar, or refused with a sentence that says what the calendar knows."""

from datetime import UTC, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDateTime

from ravi.publishing.moments import END_OF_DAY, MomentRefused, read_moment
from ravi.text.jalali import TEHRAN

WANTED = datetime(2026, 11, 29, 6, 0, tzinfo=UTC)  # 9:30 in Tehran on 8 Azar 1405


@pytest.mark.parametrize(
    "typed",
    [
        "1405-09-08 09:30",
        "1405/9/8 9:30",
        "۱۴۰۵-۰۹-۰۸ ۰۹:۳۰",
        "٨/٩/١٤٠٥ ٩:٣٠",
        "8/9/1405، 9:30",
        "1405-09-08T09:30",
        "2026-11-29 09:30",
        "2026-11-29T06:00:00Z",
        "2026-11-29T06:00+00:00",
        " 2026-11-29T09:30:00.000+03:30 ",
    ],
)
def test_moment_is_read_in_every_spelling(typed):
    assert read_moment(typed) == WANTED


def test_date_without_hour_is_refused_or_ends_its_day():
    with pytest.raises(MomentRefused, match="1405-09-08 09:30"):
        read_moment("1405-09-08")
    assert read_moment("1405-09-08", hour_if_missing=END_OF_DAY) == datetime(2026, 11, 29, 23, 59, 59, tzinfo=TEHRAN)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31/7/1405 10:00", "Mehr 1405 has 30 days. Write a day from 1 to 30."),
        ("1405-13-01 10:00", "A year has 12 months; there is no month 13."),
        ("1405-12-30 10:00", "Esfand 1405 has 29 days. Write a day from 1 to 29."),
        ("1405-00-10 10:00", "A year has 12 months; there is no month 0."),
        ("2026-02-29 10:00", "February 2026 has 28 days. Write a day from 1 to 28."),
        ("1405-09-08 24:00", "24:00 is not an hour of the day."),
        ("9999-01-01 10:00", "9999 is not a year Ravi knows."),
        ("tomorrow", "“tomorrow” is not a date. Write it as 1405-09-08 09:30."),
        ("", "“” is not a date. Write it as 1405-09-08 09:30."),
    ],
)
def test_impossible_moment_is_a_sentence(typed, said):
    with translation.override("en"), pytest.raises(MomentRefused) as refused:
        read_moment(typed)
    assert str(refused.value) == said


def test_sentence_is_persian_for_persians():
    with translation.override("fa"), pytest.raises(MomentRefused) as refused:
        read_moment("31/7/1405 10:00")
    assert str(refused.value) == "مهر ۱۴۰۵ ۳۰ روز دارد. روزی از ۱ تا ۳۰ بنویسید."


@given(st.datetimes(min_value=datetime(1800, 1, 1), max_value=datetime(2300, 1, 1)))
def test_every_jalali_minute_comes_back(moment):
    there = moment.replace(second=0, microsecond=0)
    jalali = JalaliDateTime(there)
    typed = f"{jalali.year:04}-{jalali.month:02}-{jalali.day:02} {there.hour:02}:{there.minute:02}"
    assert read_moment(typed).replace(tzinfo=None) == there


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_a_sentence(typed):
    try:
        assert read_moment(typed).tzinfo is not None
    except MomentRefused as refused:
        assert str(refused)
