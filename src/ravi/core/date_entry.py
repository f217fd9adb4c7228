"""Reads a day, a month, a year and an hour as people type them, and says in a sentence what cannot be."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ravi.core.asked import whole
from ravi.core.calendar import MONTHS, digits
from ravi.text.jalali import TEHRAN, days_in_month, to_gregorian, to_jalali

# What the calendar's tables are sure of; a year outside is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 1300, 1499
WHOLE = re.compile(r"^\s*(\d{1,4})\s*[/\-.]\s*(\d{1,2})\s*[/\-.]\s*(\d{1,4})\s*$")
CLOCK = re.compile(r"^(\d{1,2})(?:\s*[:.٫،]\s*(\d{1,2}))?$")


def is_blank(parts: Sequence[str], *, today: date) -> bool:
    """Nobody typed a date: the month and the year that the page put there do not count (on an old page, last year)."""
    day, year, hour = parts[0].strip(), parts[2].strip(), "".join(parts[3:]).strip()
    this_year = to_jalali(today)[0]
    return not day and (not year or (not hour and _number(year) in (this_year, this_year - 1)))


def read_moment(parts: Sequence[str], *, hour: time | None = None) -> datetime:
    """The moment in Tehran for (day, month, year[, time]); `hour` is taken where no time is asked.

    A whole date in the first part («۳۱/۷/۱۴۰۵», «1405-07-30») is read as such. Raises ValidationError.
    """
    day, month, year = _whole(parts[0]) or (parts[0], parts[1], parts[2])
    there = _date(_day(day), _month(month), _year(year))
    at = hour if hour is not None else _hour(parts[3])
    return datetime.combine(there, at, tzinfo=TEHRAN)


def _whole(text: str) -> tuple[str, str, str] | None:
    match = WHOLE.match(text)
    if match is None:
        return None
    first, month, last = match.groups()
    return (last, month, first) if len(first) > 2 else (first, month, last)


def _number(text: str) -> int | None:
    return whole(text.strip())


def _day(text: str) -> int:
    if not text.strip():
        raise ValidationError(_("Write the day too."), code="day")
    day = _number(text)
    if day is None:
        raise ValidationError(
            _("Write the day as a number, such as %(example)s.") % {"example": digits("8")}, code="day"
        )
    return day


def _month(text: str) -> int:
    if not text.strip():
        raise ValidationError(_("Choose the month too."), code="month")
    month = _number(text)
    if month is None or not 1 <= month <= 12:
        sentence = _("A year has %(twelve)s months. Choose one from %(first)s to %(last)s.")
        names = {"twelve": digits("12"), "first": MONTHS[0], "last": MONTHS[11]}
        raise ValidationError(sentence % names, code="month")
    return month


def _year(text: str) -> int:
    if not text.strip():
        raise ValidationError(_("Write the year too."), code="year")
    year = _number(text)
    if year is not None and 1900 <= year <= 2199:
        sentence = _("%(year)s is a Gregorian year. Write the Jalali one, such as %(example)s.")
        raise ValidationError(sentence % {"year": digits(str(year)), "example": digits("1405")}, code="gregorian")
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        sentence = _("Write the year in four digits, such as %(example)s.")
        raise ValidationError(sentence % {"example": digits("1405")}, code="year")
    return year


def _date(day: int, month: int, year: int) -> date:
    longest = days_in_month(year, month)
    if not 1 <= day <= longest:
        is_short_esfand = month == 12 and longest == 29
        name = f"{MONTHS[month - 1]} {year}" if is_short_esfand else str(MONTHS[month - 1])
        sentence = _("%(month)s has %(days)s days. Write a day from %(one)s to %(days)s.")
        words = {"month": digits(name), "days": digits(str(longest)), "one": digits("1")}
        raise ValidationError(sentence % words, code="day")
    return to_gregorian(year, month, day)


def _hour(text: str) -> time:
    text = text.strip()
    compact = re.fullmatch(r"(\d{1,2})(\d{2})", text)
    match = CLOCK.match(text) or compact
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (24, 0)
    if hour > 23 or minute > 59:
        example = {"example": digits("9:30")}
        raise ValidationError(_("Write the time like %(example)s, from 0 to 23.") % example, code="time")
    return time(hour, minute)
