"""Writes a moment as a Persian reader says it: Jalali date and Tehran time, in Persian digits."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

_TEHRAN = ZoneInfo("Asia/Tehran")
_MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
    "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def fa(number: int) -> str:
    return f"{number:,}".replace(",", "٬").translate(_DIGITS)


def date_fa(moment: datetime) -> str:
    day = JalaliDate(moment.astimezone(_TEHRAN).date())
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}".translate(_DIGITS)


def time_fa(moment: datetime) -> str:
    local = moment.astimezone(_TEHRAN)
    return f"{local.hour}:{local.minute:02d}".translate(_DIGITS)
