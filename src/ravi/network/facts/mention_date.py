"""Reads the days that words or digits say: Jalali in any spelling, Gregorian in English or ISO's form."""

from collections.abc import Callable, Iterator
from datetime import date

import regex

from ravi.network.facts.number_words import IN_WORDS, NUMBER, value_of
from ravi.network.facts.rendering import MONTH_NAMES_EN
from ravi.network.facts.seen import fold
from ravi.text.jalali import MONTHS_EN, MONTHS_FA, WEEKDAYS_EN, WEEKDAYS_FA, NotAJalaliDate, to_gregorian, to_jalali

_JALALI = {fold(name): number for names in (MONTHS_FA, MONTHS_EN) for number, name in enumerate(names, start=1)}
_GREGORIAN = {fold(name): number for number, name in enumerate(MONTH_NAMES_EN, start=1)}
_WEEKDAY = {fold(name): number for names in (WEEKDAYS_FA, WEEKDAYS_EN) for number, name in enumerate(names)}
# «سه شنبه» with a space reads like «سه‌شنبه».
_SPACED = {name: regex.sub("شنبه$", r"\\s*شنبه", name) for name in _WEEKDAY}
MONTH = "|".join(regex.escape(name) for name in sorted({*_JALALI, *_GREGORIAN}, key=len, reverse=True))
WEEKDAY = "|".join(sorted(_SPACED.values(), key=len, reverse=True))
YEAR = r"(?:1[34][0-9]{2}|(?:19|20)[0-9]{2})"
_SIGN = r"\s?[/\-.–]\s?"
DATES = regex.compile(
    rf"(?:(?<!\p{{L}})(?P<weekday>{WEEKDAY})\s*[،,]?\s*(?:مورخ|روز)?\s*)*+(?:"
    rf"(?<![0-9])(?P<n>{YEAR}){_SIGN}(?P<n>[0-9]{{1,2}}){_SIGN}(?P<n>[0-9]{{1,2}})(?![0-9])"
    rf"|(?<![0-9])(?P<n>[0-9]{{1,2}}){_SIGN}(?P<n>[0-9]{{1,2}}){_SIGN}(?P<n>{YEAR}|[0-9]{{2}})(?![0-9])"
    r"|(?<![0-9/.])(?P<n>[0-9]{1,2})/(?P<n>[0-9]{1,2})(?![0-9/])"
    r"|(?<![0-9])(?P<odd>[0-9]++/[0-9]++/[0-9]++)"
    rf"|(?:(?P<day>{NUMBER})\s*(?:تا|الی|و|-|–|to)\s*)?(?P<day>{NUMBER})\s*(?:of\s*)?(?P<month>{MONTH})(?!\p{{L}})\s*(?:ماه)?\s*(?:سال)?\s*,?\s*(?P<year>(?<![0-9]){YEAR}(?![0-9]))?"
    rf"|(?<!\p{{L}})(?P<month>{MONTH})\s*(?:ماه)?\s*(?:سال)?\s*(?P<year>(?<![0-9]){YEAR}(?![0-9]))"
    rf"|(?<!\p{{L}})(?P<month>{MONTH})\s*(?:ماه)?\s*(?P<day>(?<![0-9])[0-9]{{1,2}}(?![0-9])|{IN_WORDS})(?:st|nd|rd|th)?(?:\s*,?\s*(?P<year>(?<![0-9]){YEAR}(?![0-9])))?"
    r")"
)


class Said:
    """One day as far as it was said; `day in said` when that day is what was meant."""

    def __init__(self, means: Callable[[date], bool]) -> None:
        self._means = means

    def __contains__(self, day: date) -> bool:
        return self._means(day)


Days = list[Said]
# Written like a date, and a day of no calendar.
NO_DAY = Said(lambda _day: False)


def days_said(found: "regex.Match[str]") -> Days | None:
    """The days that a match of DATES says, each as a test of a day; None when it says none (a fraction, a score)."""
    if found["odd"]:
        return [NO_DAY]
    said = list(_numeric(found) if found.captures("n") else _named(found))
    if not said:
        return None
    weekdays = {_WEEKDAY[fold(one).replace(" ", "")] for one in found.captures("weekday")}
    return [*said, *(Said(lambda day, is_on=one: day.weekday() == is_on) for one in weekdays)]  # type: ignore[misc]


def _numeric(found: "regex.Match[str]") -> Iterator[Said]:
    numbers = [int(one) for one in found.captures("n")]
    if len(numbers) == 2:
        first, second = numbers
        if 1 <= first <= 31 and 1 <= second <= 31 and min(first, second) <= 12:
            yield Said(lambda day: to_jalali(day)[1:] in ((first, second), (second, first)))
        return
    readings = {day for order in (numbers, numbers[::-1]) for day in _readings(*order)}
    yield Said(lambda day: day in readings) if readings else NO_DAY


def _readings(year: int, month: int, day: int) -> Iterator[date]:
    for whole in (year,) if year > 99 else (1300 + year, 1400 + year):
        try:
            yield to_gregorian(whole, month, day) if whole < 1900 else date(whole, month, day)
        except (NotAJalaliDate, ValueError):
            continue


def _named(found: "regex.Match[str]") -> Iterator[Said]:
    month, year = found["month"], found["year"]
    for written in found.captures("day") or [""]:
        number = value_of(written) if written else None
        if written and (number is None or not 1 <= number <= 31):
            yield NO_DAY
            continue
        yield Said(lambda day, n=number: _fits(day, n, month, int(year) if year else None))  # type: ignore[misc]


def _fits(day: date, number: int | None, month: str, year: int | None) -> bool:
    readings = []
    if month in _JALALI:
        readings.append((to_jalali(day), _JALALI[month]))
    if month in _GREGORIAN:
        readings.append(((day.year, day.month, day.day), _GREGORIAN[month]))
    return any(
        of_month == wanted and (number is None or of_day == number) and (year is None or of_year == year)
        for (of_year, of_month, of_day), wanted in readings
    )
