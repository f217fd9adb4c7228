"""The Jalali calendar: every day of two centuries comes back, and what is wrong with a date is named."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.text.jalali import (
    GregorianYear,
    NoSuchDay,
    NoSuchMonth,
    NotADatePart,
    YearOutOfRange,
    days_in_month,
    format_jalali,
    parse_jalali,
    to_gregorian,
    to_jalali,
)


@given(st.dates(date(1921, 3, 21), date(2121, 3, 20)))
def test_every_day_of_1300_to_1499_comes_back(day):
    assert to_gregorian(*to_jalali(day)) == day


def test_the_days_follow_each_other():
    day, end = date(2021, 3, 21), date(2031, 3, 21)
    while day < end:
        year, month, number = to_jalali(day)
        nxt = (year, month, number + 1) if number < days_in_month(year, month) else (year, month + 1, 1)
        nxt = (year + 1, 1, 1) if nxt[1] > 12 else nxt
        day += timedelta(days=1)
        assert to_jalali(day) == nxt


@pytest.mark.parametrize(
    ("jalali", "gregorian"),
    [
        ((1405, 9, 1), date(2026, 11, 22)),
        ((1403, 12, 30), date(2025, 3, 20)),
        ((1404, 1, 1), date(2025, 3, 21)),
        ((1357, 11, 22), date(1979, 2, 11)),
        ((1300, 1, 1), date(1921, 3, 21)),
    ],
)
def test_known_days(jalali, gregorian):
    assert to_gregorian(*jalali) == gregorian
    assert to_jalali(gregorian) == jalali


@pytest.mark.parametrize("typed", [(1, 9, 1405), ("۱", "۹", "۱۴۰۵"), ("01", "آذر", "1405"), ("١", "Azar", "١٤٠٥")])
def test_typed_date_is_read(typed):
    assert parse_jalali(*typed) == date(2026, 11, 22)


def test_31_mehr_says_how_many_days_mehr_has():
    with pytest.raises(NoSuchDay) as caught:
        parse_jalali(31, 7, 1405)
    assert (caught.value.days, caught.value.month, caught.value.year) == (30, 7, 1405)
    assert str(caught.value) == "Mehr 1405 has 30 days, so there is no day 31."


@pytest.mark.parametrize(("year", "days"), [(1403, 30), (1404, 29), (1408, 30)])
def test_the_leap_day_is_there_in_leap_years_only(year, days):
    assert days_in_month(year, 12) == days


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ((1, 13, 1405), NoSuchMonth),
        ((1, 0, 1405), NoSuchMonth),
        ((0, 1, 1405), NoSuchDay),
        ((30, 12, 1404), NoSuchDay),
        ((1, 1, 1389), YearOutOfRange),
        ((1, 1, 1451), YearOutOfRange),
        ((1, 1, 5), YearOutOfRange),
        ((22, 11, 2026), GregorianYear),
        (("x", 1, 1405), NotADatePart),
        ((1, "Foo", 1405), NotADatePart),
        ((1, 1, ""), NotADatePart),
        ((1, 1, "9" * 500), NotADatePart),
    ],
)
def test_wrong_dates_are_named(typed, problem):
    with pytest.raises(problem):
        parse_jalali(*typed)


def test_a_gregorian_year_says_which_jalali_years_it_touches():
    with pytest.raises(GregorianYear) as caught:
        parse_jalali(1, 1, 2026)
    assert caught.value.jalali == (1404, 1405)


def test_dates_are_written_out_in_tehran():
    moment = datetime(2026, 11, 21, 21, 0, tzinfo=UTC)
    assert format_jalali(moment, weekday=True, time=True) == "یکشنبه ۱ آذر ۱۴۰۵، ساعت ۰۰:۳۰"
    assert format_jalali(moment, "short") == "۱ آذر"
    assert format_jalali(moment, "numeric") == "۱۴۰۵/۰۹/۰۱"
    assert format_jalali(moment, weekday=True, time=True, lang="en") == "Sunday 1 Azar 1405, 00:30"
    assert format_jalali(date(2026, 11, 24), weekday=True) == "سه\u200cشنبه ۳ آذر ۱۴۰۵"
