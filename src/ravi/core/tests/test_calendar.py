"""Dates in words: Jalali in Persian, Gregorian in English, Tehran's clock in both."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from ravi.core import calendar

MOMENT = datetime(2026, 11, 29, 6, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def test_a_moment_is_read_back_in_persian():
    with translation.override("fa"):
        assert calendar.read_back(MOMENT, now=NOW) == "یکشنبه ۸ آذر ۱۴۰۵، ساعت ۹:۳۰ به وقت تهران؛ ۷ روز دیگر"
        assert calendar.read_back(MOMENT, now=NOW, with_hour=False) == "یکشنبه ۸ آذر ۱۴۰۵؛ ۷ روز دیگر"


def test_a_moment_is_read_back_in_english_with_both_calendars():
    with translation.override("en"):
        words = calendar.read_back(MOMENT, now=NOW)
        assert words == "Sunday 8 Azar 1405 (29 November 2026), 9:30 Tehran time; in 7 days"


@pytest.mark.parametrize(
    ("away", "persian", "english"),
    [
        (timedelta(seconds=-20), "همین حالا", "just now"),
        (timedelta(minutes=-1), "۱ دقیقه پیش", "1 minute ago"),
        (timedelta(minutes=-59, seconds=-50), "۱ ساعت پیش", "1 hour ago"),
        (timedelta(hours=-2), "۲ ساعت پیش", "2 hours ago"),
        (timedelta(hours=5), "۵ ساعت دیگر", "in 5 hours"),
        (timedelta(hours=20), "فردا", "tomorrow"),
        (timedelta(days=-1), "دیروز", "yesterday"),
        (timedelta(days=-3), "۳ روز پیش", "3 days ago"),
        (timedelta(days=90), "۳ ماه دیگر", "in 3 months"),
        (timedelta(days=-1100), "۳ سال پیش", "3 years ago"),
    ],
)
def test_distances_are_said_in_one_unit(away: timedelta, persian: str, english: str):
    with translation.override("fa"):
        assert calendar.distance(NOW + away, now=NOW) == persian
    with translation.override("en"):
        assert calendar.distance(NOW + away, now=NOW) == english


def test_late_in_the_evening_is_still_today_in_tehran():
    before_midnight_in_tehran = datetime(2026, 11, 22, 20, 29, tzinfo=UTC)
    with translation.override("fa"):
        assert calendar.day(before_midnight_in_tehran) == "۱ آذر ۱۴۰۵"
        assert calendar.day(before_midnight_in_tehran + timedelta(minutes=1)) == "۲ آذر ۱۴۰۵"
        assert calendar.day(date(2026, 3, 21), year=False) == "۱ فروردین"


def test_counts_are_grouped_in_the_digits_of_the_page():
    with translation.override("fa"):
        assert calendar.number(1024) == "۱٬۰۲۴"
    with translation.override("en"):
        assert calendar.number(1024) == "1,024"
