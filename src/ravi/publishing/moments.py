"""Reads a moment that a person typed: Jalali or Gregorian, Persian or Latin digits, on Tehran's clock. Pure.

The year decides the calendar: below 1700 it is Jalali. A moment without an offset is Tehran's.
"""

import re
from datetime import date, datetime, time

from django.utils.translation import gettext as _

from ravi.core import calendar
from ravi.text.jalali import TEHRAN, days_in_month, to_gregorian
from ravi.text.numbers import to_latin_digits

_MOMENT = re.compile(
    r"(?P<first>\d{1,4})[-/.](?P<month>\d{1,2})[-/.](?P<last>\d{1,4})"
    r"(?:(?:\s*[Tt،,]\s*|\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?\s*"
    r"(?P<offset>[Zz]|[+-]\d{2}:?\d{2})?)?"
)
_GREGORIAN_FROM = 1700
END_OF_DAY = time(23, 59, 59)


class MomentRefused(ValueError):
    """A date that does not exist or cannot be read; the text is a sentence."""


def read_moment(typed: str, *, hour_if_missing: time | None = None) -> datetime:
    """The moment, aware. Raises MomentRefused with a sentence, also for a date without an hour unless one is given."""
    text = to_latin_digits(typed).replace("\u200e", "").replace("\u200f", "").strip()
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise MomentRefused(_("“%(typed)s” is not a date. Write it as 1405-09-08 09:30.") % {"typed": typed.strip()})
    day = _day(int(match["first"]), int(match["month"]), int(match["last"]))
    if match["hour"] is None:
        if hour_if_missing is None:
            raise MomentRefused(_("The hour is missing. Write it too, as in 1405-09-08 09:30."))
        return datetime.combine(day, hour_if_missing, TEHRAN)
    clock = _clock(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    if match["offset"]:
        offset = match["offset"].upper().replace("Z", "+00:00")
        return datetime.fromisoformat(f"{day.isoformat()}T{clock.isoformat()}{offset}")
    return datetime.combine(day, clock, TEHRAN)


def _day(first: int, month: int, last: int) -> date:
    year, day = (first, last) if first > 31 else (last, first)
    if not 1 <= month <= 12:
        raise MomentRefused(
            _("A year has 12 months; there is no month %(month)s.") % {"month": calendar.digits(str(month))}
        )
    is_jalali = year < _GREGORIAN_FROM
    longest = _length(year, month, is_jalali=is_jalali)
    if not 1 <= day <= longest:
        name = calendar.MONTHS[month - 1] if is_jalali else calendar.GREGORIAN_MONTHS[month - 1]
        raise MomentRefused(
            _("%(month)s %(year)s has %(days)s days. Write a day from 1 to %(days)s.")
            % {
                "month": name,
                "year": calendar.digits(str(year)),
                "days": calendar.digits(str(longest)),
            }
        )
    return to_gregorian(year, month, day) if is_jalali else date(year, month, day)


def _length(year: int, month: int, *, is_jalali: bool) -> int:
    if not 1 <= year <= 3000:
        raise MomentRefused(_("%(year)s is not a year Ravi knows.") % {"year": calendar.digits(str(year))})
    if is_jalali:
        return days_in_month(year, month)
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date(year, month, 1)).days


def _clock(hour: int, minute: int, second: int) -> time:
    if hour > 23 or minute > 59 or second > 59:
        shown = calendar.digits(f"{hour}:{minute:02}")
        raise MomentRefused(_("%(clock)s is not an hour of the day.") % {"clock": shown})
    return time(hour, minute, second)
