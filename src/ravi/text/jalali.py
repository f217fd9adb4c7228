"""The Solar Hijri (Jalali) calendar: reads what people type, says what is wrong with it, writes dates out."""

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

from ravi.text.numbers import NotANumber, parse_whole, to_persian_digits

TEHRAN = ZoneInfo("Asia/Tehran")
MONTHS_FA = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
MONTHS_EN = (
    "Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar",
    "Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand",
)  # fmt: skip
WEEKDAYS_FA = ("دوشنبه", "سه\u200cشنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Years that a date typed today can mean; a conversion takes any year of the calendar.
FIRST_TYPED_YEAR, LAST_TYPED_YEAR = 1390, 1450
FIRST_YEAR, LAST_YEAR = 1, 9377
GREGORIAN_YEARS = range(1900, 2200)
Style = Literal["long", "short", "numeric"]


class NotAJalaliDate(ValueError):
    """No such day in the Jalali calendar; the subclasses say why."""


class NotADatePart(NotAJalaliDate):
    """The day, month or year is not a number (nor a month's name)."""

    def __init__(self, part: Literal["day", "month", "year", "date"], typed: str) -> None:
        super().__init__(f"“{typed[:40]}” is not a {part}.")
        self.part, self.typed = part, typed


class NoSuchMonth(NotAJalaliDate):
    def __init__(self, month: int) -> None:
        super().__init__(f"There is no month {month}; the year has 12 months.")
        self.month = month


class NoSuchDay(NotAJalaliDate):
    """Carries how many days that month has in that year."""

    def __init__(self, day: int, month: int, year: int) -> None:
        self.day, self.month, self.year, self.days = day, month, year, days_in_month(year, month)
        super().__init__(f"{MONTHS_EN[month - 1]} {year} has {self.days} days, so there is no day {day}.")


class YearOutOfRange(NotAJalaliDate):
    def __init__(self, year: int, first: int = FIRST_TYPED_YEAR, last: int = LAST_TYPED_YEAR) -> None:
        super().__init__(f"The year {year} is not between {first} and {last}.")
        self.year, self.first, self.last = year, first, last


class GregorianYear(YearOutOfRange):
    """The year is a Gregorian one; `jalali` are the two Jalali years that it touches."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.jalali = (year - 622, year - 621)
        self.args = (f"{year} is a Gregorian year; in the Jalali calendar it is {year - 622} or {year - 621}.",)


def days_in_month(year: int, month: int) -> int:
    return int(JalaliDate.days_in_month(month, year))


def to_jalali(day: date) -> tuple[int, int, int]:
    """(year, month, day). Of a datetime, its own calendar day is taken."""
    jalali = JalaliDate(date(day.year, day.month, day.day))
    return jalali.year, jalali.month, jalali.day


def to_gregorian(year: int, month: int, day: int) -> date:
    """Raises `NoSuchMonth`, `NoSuchDay` or `YearOutOfRange`."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearOutOfRange(year, FIRST_YEAR, LAST_YEAR)
    if not 1 <= month <= 12:
        raise NoSuchMonth(month)
    if not 1 <= day <= days_in_month(year, month):
        raise NoSuchDay(day, month, year)
    converted: date = JalaliDate(year, month, day).to_gregorian()
    return converted


def parse_jalali(day: str | int, month: str | int, year: str | int) -> date:
    """The Gregorian date of a Jalali date that somebody typed, in any digits; a month may be a name.

    Raises a `NotAJalaliDate`: `NotADatePart`, `GregorianYear`, `YearOutOfRange`, `NoSuchMonth` or `NoSuchDay`.
    """
    year_number = _part("year", year)
    if year_number in GREGORIAN_YEARS:
        raise GregorianYear(year_number)
    if not FIRST_TYPED_YEAR <= year_number <= LAST_TYPED_YEAR:
        raise YearOutOfRange(year_number)
    return to_gregorian(year_number, _month(month), _part("day", day))


def _month(month: str | int) -> int:
    name = str(month).strip().replace("ي", "ی").casefold()
    for names in (MONTHS_FA, MONTHS_EN):
        for number, known in enumerate(names, start=1):
            if name == known.casefold():
                return number
    return _part("month", month)


def _part(part: Literal["day", "month", "year"], typed: str | int) -> int:
    try:
        return typed if isinstance(typed, int) else parse_whole(typed)
    except NotANumber as problem:
        raise NotADatePart(part, typed if isinstance(typed, str) else str(typed)) from problem


def format_jalali(
    moment: date | datetime,
    style: Style = "long",
    *,
    weekday: bool = False,
    time: bool = False,
    lang: Literal["fa", "en"] = "fa",
) -> str:
    """«یکشنبه ۱ آذر ۱۴۰۵، ساعت ۱۳:۳۰». An aware datetime is shown in Tehran's time; `time` needs a datetime."""
    there = moment.astimezone(TEHRAN) if isinstance(moment, datetime) and moment.tzinfo else moment
    written = _day(there, style, lang)
    if weekday:
        written = f"{(WEEKDAYS_FA if lang == 'fa' else WEEKDAYS_EN)[there.weekday()]} {written}"
    if time and isinstance(there, datetime):
        written += f"، ساعت {there:%H:%M}" if lang == "fa" else f", {there:%H:%M}"
    return to_persian_digits(written) if lang == "fa" else written


def _day(there: date, style: Style, lang: Literal["fa", "en"]) -> str:
    year, month, day = to_jalali(there)
    if style == "numeric":
        return f"{year}/{month:02}/{day:02}"
    name = (MONTHS_FA if lang == "fa" else MONTHS_EN)[month - 1]
    return f"{day} {name}" if style == "short" else f"{day} {name} {year}"
