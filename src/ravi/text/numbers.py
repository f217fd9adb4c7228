"""Persian and Latin digits, and numbers as people in Iran write and read them."""

from decimal import Decimal, InvalidOperation

import regex

LATIN = "0123456789"
PERSIAN = "۰۱۲۳۴۵۶۷۸۹"
ARABIC = "٠١٢٣٤٥٦٧٨٩"
TO_PERSIAN = str.maketrans(LATIN + ARABIC, PERSIAN * 2)
TO_LATIN = str.maketrans(PERSIAN + ARABIC, LATIN * 2)
DECIMAL_MARK, THOUSANDS_MARK = "٫", "٬"
MINUS = "\u200e\u2212"  # the mark keeps the sign on the number's left
GROUPED = regex.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
PLAIN = regex.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
LONGEST_NUMBER = 60


class NotANumber(ValueError):
    """What was typed is not a number in Persian, Arabic or Latin digits."""

    def __init__(self, typed: str) -> None:
        super().__init__(f"“{typed[:LONGEST_NUMBER]}” is not a number.")
        self.typed = typed


def to_persian_digits(value: object) -> str:
    return str(value).translate(TO_PERSIAN)


def to_latin_digits(text: str) -> str:
    return text.translate(TO_LATIN)


def format_number_fa(number: int | float | Decimal) -> str:
    """1250.5 -> «۱٬۲۵۰٫۵»."""
    written = f"{abs(number):,}".replace(",", THOUSANDS_MARK).replace(".", DECIMAL_MARK)
    return (MINUS if number < 0 else "") + to_persian_digits(written)


def parse_number(text: str) -> Decimal:
    """«۱۲٫۵», «۱٬۲۵۰», ١٢, 1,250.75 and −3. Raises `NotANumber`."""
    typed = to_latin_digits(text[: 2 * LONGEST_NUMBER]).strip(" \t\n\u200e\u200f\u200c\u00a0")
    plain = typed.replace(DECIMAL_MARK, ".").replace(THOUSANDS_MARK, ",").replace("\u2212", "-").replace("\u200e", "")
    if len(plain) > LONGEST_NUMBER or not (GROUPED.fullmatch(plain) or PLAIN.fullmatch(plain)):
        raise NotANumber(text)
    try:
        return Decimal(plain.replace(",", ""))
    except InvalidOperation as problem:
        raise NotANumber(text) from problem


def parse_whole(text: str) -> int:
    """A whole number. Raises `NotANumber`."""
    number = parse_number(text)
    if number != number.to_integral_value():
        raise NotANumber(text)
    return int(number)
