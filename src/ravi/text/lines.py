"""One text on one line: the escapes of `--escaped`, and a date in both calendars."""

import unicodedata
from datetime import date

import regex

from ravi.text.jalali import (
    MONTHS_EN,
    MONTHS_FA,
    WEEKDAYS_EN,
    NotADatePart,
    NotAJalaliDate,
    format_jalali,
    to_gregorian,
    to_jalali,
)
from ravi.text.numbers import to_latin_digits

ESCAPE = regex.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([nr\\]))")
PLAIN = {"n": "\n", "r": "\r", "\\": "\\"}
SHORT = {"\n": r"\n", "\r": r"\r", "\\": r"\\"}
SURROGATE = regex.compile(r"[\ud800-\udbff][\udc00-\udfff]")
SELECTORS = range(0xFE00, 0xFE10)
GREGORIAN_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
FIRST_GREGORIAN_YEAR = 1700  # an earlier year on its own is taken for a Jalali one
PARTS = regex.compile(r"(\d+)[-/.](\d+)[-/.](\d+)")
NAMED = regex.compile(r"(\d+) +(\p{L}+) +(\d+)")


def escape(text: str) -> str:
    """Everything that cannot be seen on a line as `\\uXXXX`; `unescape` gives it back."""
    return "".join(map(_escaped, text))


def unescape(line: str) -> str:
    r"""`\uXXXX`, `\UXXXXXXXX`, `\n`, `\r` and `\\`; any other backslash stays. Two halves of a pair become one."""
    text = ESCAPE.sub(_unescaped, line)
    return str(SURROGATE.sub(_joined_pair, text))


def _joined_pair(pair: regex.Match[str]) -> str:
    halves: str = pair.group()
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _unescaped(found: regex.Match[str]) -> str:
    short, long, plain = found.groups()
    if plain is not None:
        return PLAIN[plain]
    code = int(short or long, 16)
    return chr(code) if code <= 0x10FFFF else found.group()


def _escaped(character: str) -> str:
    if character in SHORT:
        return SHORT[character]
    code = ord(character)
    is_hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs") and character != " "
    if is_hidden or code in SELECTORS:
        return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
    return character


def date_line(text: str) -> str:
    """«1405-09-01» or «2026-11-22» (also 22/11/2026, «۱ آذر ۱۴۰۵») in both calendars. Raises `NotAJalaliDate`."""
    day = read_date(text)
    year, month, number = to_jalali(day)
    gregorian = f"{WEEKDAYS_EN[day.weekday()]} {day.day} {GREGORIAN_MONTHS[day.month - 1]} {day.year}"
    return f"{year}-{month:02}-{number:02} = {day.isoformat()} | {format_jalali(day, weekday=True)} = {gregorian}"


def read_date(text: str) -> date:
    typed = to_latin_digits(text).strip()
    if found := PARTS.fullmatch(typed):
        first, month, last = (int(part[:9]) for part in found.groups())
        year, day = (first, last) if len(found.group(1)) >= 3 or first > 31 else (last, first)
    elif named := NAMED.fullmatch(typed):
        return _named(int(named.group(1)[:9]), named.group(2), int(named.group(3)[:9]), text)
    else:
        raise NotADatePart("date", text)
    return _gregorian(year, month, day, text) if year >= FIRST_GREGORIAN_YEAR else to_gregorian(year, month, day)


def _named(day: int, month: str, year: int, text: str) -> date:
    known = month.casefold()
    for names in (MONTHS_FA, MONTHS_EN):
        for number, name in enumerate(names, start=1):
            if known == name.casefold():
                return to_gregorian(year, number, day)
    for number, name in enumerate(GREGORIAN_MONTHS, start=1):
        if known == name.casefold():
            return _gregorian(year, number, day, text)
    raise NotADatePart("month", month)


def _gregorian(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as problem:
        raise NotAJalaliDate(f"“{text.strip()[:40]}” is not a day of the Gregorian calendar.") from problem
