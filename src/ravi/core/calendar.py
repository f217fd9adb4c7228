"""Dates as people here say them: Jalali in Persian, Gregorian in English, Tehran's clock in both."""

from datetime import UTC, date, datetime

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ravi.core import clock
from ravi.text.jalali import TEHRAN, to_jalali
from ravi.text.numbers import format_number_fa, to_persian_digits

MONTHS: tuple[str | Promise, ...] = (
    _("Farvardin"), _("Ordibehesht"), _("Khordad"), _("Tir"), _("Mordad"), _("Shahrivar"),
    _("Mehr"), _("Aban"), _("Azar"), _("Dey"), _("Bahman"), _("Esfand"),
)  # fmt: skip
GREGORIAN_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS: tuple[str | Promise, ...] = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip


def is_persian() -> bool:
    """Whether the page is read in Persian."""
    return (get_language() or "fa").startswith("fa")


def digits(text: str) -> str:
    """The same text with the digits of the page's language."""
    return to_persian_digits(text) if is_persian() else text


def number(value: int | float) -> str:
    """A count with thousands set apart: ۱٬۰۲۴ or 1,024; a broken one with its sign: ۱٫۵ or 1.5."""
    return format_number_fa(value) if is_persian() else f"{value:,}"


def in_tehran(value: date | datetime) -> datetime:
    """The moment on Tehran's clock; a plain date is its midnight."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(TEHRAN)
    return datetime(value.year, value.month, value.day, tzinfo=TEHRAN)


def today() -> date:
    """The day that it is in Tehran."""
    return in_tehran(clock.now()).date()


def day(value: date | datetime, *, year: bool = True) -> str:
    """۸ آذر ۱۴۰۵, or 29 November 2026."""
    there = in_tehran(value).date()
    if is_persian():
        jalali_year, month, day_of_month = to_jalali(there)
        return digits(f"{day_of_month} {MONTHS[month - 1]}" + (f" {jalali_year}" if year else ""))
    return f"{there.day} {GREGORIAN_MONTHS[there.month - 1]}" + (f" {there.year}" if year else "")


def hour(value: datetime) -> str:
    """۹:۳۰ on Tehran's clock, without a leading zero."""
    there = in_tehran(value)
    return digits(f"{there.hour}:{there.minute:02}")


def day_and_hour(value: datetime, *, year: bool = True) -> str:
    """۸ آذر ۱۴۰۵، ساعت ۹:۳۰"""
    return gettext("%(day)s, %(hour)s") % {"day": day(value, year=year), "hour": hour(value)}


def weekday(value: date | datetime) -> str:
    """یکشنبه"""
    return str(WEEKDAYS[in_tehran(value).weekday()])


def both_calendars(value: date | datetime) -> str:
    """In English the Jalali date that was typed, with the Gregorian one; in Persian just the date."""
    if is_persian():
        return day(value)
    year, month, day_of_month = to_jalali(in_tehran(value).date())
    return f"{day_of_month} {MONTHS[month - 1]} {year} ({day(value)})"


def read_back(value: datetime, *, now: datetime, with_hour: bool = True) -> str:
    """یکشنبه ۸ آذر ۱۴۰۵، ساعت ۹:۳۰ به وقت تهران؛ ۷ روز دیگر"""
    facts = {
        "weekday": weekday(value),
        "day": both_calendars(value),
        "hour": hour(value),
        "distance": distance(value, now=now),
    }
    if with_hour:
        return gettext("%(weekday)s %(day)s, %(hour)s Tehran time; %(distance)s") % facts
    facts["distance"] = _days((in_tehran(value).date() - in_tehran(now).date()).days)
    return gettext("%(weekday)s %(day)s; %(distance)s") % facts


def distance(value: datetime, *, now: datetime) -> str:
    """How far away, in one unit that a person would say: ۲ ساعت پیش, فردا, ۷ روز دیگر."""
    seconds = (value - now).total_seconds()
    if abs(seconds) < 60:
        return gettext("just now") if seconds <= 0 else gettext("in a moment")
    if abs(seconds) < 3600:
        return _minutes(round(abs(seconds) / 60), ahead=seconds > 0)
    days = (in_tehran(value).date() - in_tehran(now).date()).days
    if abs(seconds) < 24 * 3600 and (days == 0 or abs(seconds) < 6 * 3600):
        return _hours(round(abs(seconds) / 3600), ahead=seconds > 0)
    return _days(days)


def _minutes(count: int, *, ahead: bool) -> str:
    if count >= 60:
        return _hours(1, ahead=ahead)
    ahead_text = ngettext("in %(n)s minute", "in %(n)s minutes", count)
    past_text = ngettext("%(n)s minute ago", "%(n)s minutes ago", count)
    return (ahead_text if ahead else past_text) % {"n": number(count)}


def _hours(count: int, *, ahead: bool) -> str:
    ahead_text = ngettext("in %(n)s hour", "in %(n)s hours", count)
    past_text = ngettext("%(n)s hour ago", "%(n)s hours ago", count)
    return (ahead_text if ahead else past_text) % {"n": number(count)}


def _days(days: int) -> str:
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    if days == -1:
        return gettext("yesterday")
    ahead = days > 0
    if abs(days) < 60:
        count = abs(days)
        ahead_text = ngettext("in %(n)s day", "in %(n)s days", count)
        past_text = ngettext("%(n)s day ago", "%(n)s days ago", count)
    elif abs(days) < 720:
        count = round(abs(days) / 30.4)
        ahead_text = ngettext("in %(n)s month", "in %(n)s months", count)
        past_text = ngettext("%(n)s month ago", "%(n)s months ago", count)
    else:
        count = round(abs(days) / 365.25)
        ahead_text = ngettext("in %(n)s year", "in %(n)s years", count)
        past_text = ngettext("%(n)s year ago", "%(n)s years ago", count)
    return (ahead_text if ahead else past_text) % {"n": number(count)}
