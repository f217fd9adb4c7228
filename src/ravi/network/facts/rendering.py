"""The one way in which each fact is written in each language: digits, unit and order are decided here alone."""

from collections.abc import Callable, Mapping
from datetime import date, time

from ravi.network.facts.kinds import AgeUnit
from ravi.network.facts.values import Age, Count, Day, Dose, Hour, Link, LockedFact, Phone, Place, Value
from ravi.text.bidi import isolate
from ravi.text.jalali import MONTHS_EN, format_jalali, to_jalali
from ravi.text.numbers import to_persian_digits

ORDINALS_FA = (
    "اول", "دوم", "سوم", "چهارم", "پنجم", "ششم", "هفتم", "هشتم", "نهم", "دهم",
    "یازدهم", "دوازدهم", "سیزدهم", "چهاردهم", "پانزدهم", "شانزدهم", "هفدهم", "هجدهم", "نوزدهم", "بیستم",
)  # fmt: skip
MONTH_NAMES_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
TO_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FEW = range(3, 11)  # Arabic counts three to ten in the plural
_DIGITS: Mapping[str, Callable[[object], str]] = {
    "fa": to_persian_digits,
    "azb": to_persian_digits,
    "ku": lambda value: str(value).translate(TO_ARABIC),
    "ar": lambda value: str(value).translate(TO_ARABIC),
}


def written(fact: LockedFact, lang: str = "fa") -> str:
    """The fact's value with its unit in `lang` (a key of `kinds.LANGUAGES`)."""
    return write(fact.value, lang)


def write(value: Value, lang: str = "fa") -> str:
    """A value in words; what could turn around between Persian words is an island of its own."""
    match value:
        case Dose():
            return _dose(value.number, lang)
        case Age():
            return _age(value, lang)
        case Day():
            return _join([_date(one, lang) for one in value.days], lang)
        case Hour():
            return _hour(value, lang)
        case Place():
            return value.text
        case Phone():
            return isolate(digits(value.digits, lang))
        case Link():
            return value.url
        case Count():
            return f"{digits(value.number, lang)} {value.unit}"


def digits(value: object, lang: str) -> str:
    """A number in the digits of the language."""
    return _DIGITS.get(lang, str)(value)


def _dose(number: int, lang: str) -> str:
    if lang == "fa":
        return f"دوز {ORDINALS_FA[number - 1]}"
    word = {"azb": "دوز", "az": "doza", "ku": "ژەمی", "ar": "الجرعة", "en": "dose"}[lang]
    return f"{word} {digits(number, lang)}"


# The pattern of an age: from, up to, between; {low} and {high} are numbers, {unit} is the word for years or months.
_AGES: Mapping[str, tuple[str, str, str]] = {
    "fa": ("{low} {unit} و بالاتر", "تا {high} {unit}", "{low} تا {high} {unit}"),
    "azb": ("{low} {unit} و یوخاری", "ان چوخ {high} {unit}", "{low}–{high} {unit}"),
    "az": ("{low} {unit} və yuxarı", "ən çox {high} {unit}", "{low}–{high} {unit}"),
    "ku": ("{low} {unit} و سەرەوە", "تا {high} {unit}", "{low} تا {high} {unit}"),
    "ar": ("{low} {unit} فما فوق", "حتى {high} {unit}", "من {low} إلى {high} {unit}"),
    "en": ("{low} {unit} and older", "up to {high} {unit}", "{low} to {high} {unit}"),
}
_AGE_UNITS: Mapping[str, tuple[str, str]] = {
    "fa": ("سال", "ماه"),
    "azb": ("یاش", "آی"),
    "az": ("yaş", "ay"),
    "ku": ("ساڵ", "مانگ"),
    "ar": ("سنة", "شهرًا"),
    "en": ("years", "months"),
}


def _age(age: Age, lang: str) -> str:
    place = 2 if len(age.numbers) == 2 else 0 if age.high is None else 1
    unit = _AGE_UNITS[lang][age.unit == AgeUnit.MONTH]
    if lang == "ar" and age.numbers[-1] in FEW:
        unit = "أشهر" if age.unit == AgeUnit.MONTH else "سنوات"
    if lang == "en" and age.numbers[-1] == 1:
        unit = unit.removesuffix("s")
    low, high = (digits(one, lang) for one in (age.low, age.high))
    return _AGES[lang][place].format(low=low, high=high, unit=unit)


def _date(day: date, lang: str) -> str:
    if lang == "fa":
        return format_jalali(day, weekday=True)
    year, month, day_of_month = to_jalali(day)
    if lang == "azb":
        return format_jalali(day)
    if lang == "en":
        return f"{day.day} {MONTH_NAMES_EN[day.month - 1]} {day.year} ({day_of_month} {MONTHS_EN[month - 1]} {year})"
    return digits(f"{year}/{month:02}/{day_of_month:02}", lang)


def _hour(hour: Hour, lang: str) -> str:
    word = {"fa": "ساعت ", "azb": "ساعات ", "az": "saat ", "ku": "کاتژمێر ", "ar": "الساعة ", "en": ""}[lang]
    return word + _join([_clock(one, lang) for one in hour.times], lang)


def _clock(moment: time, lang: str) -> str:
    return digits(f"{moment.hour}:{moment.minute:02}", lang)


def _join(ends: list[str], lang: str) -> str:
    """One end, or both with the language's word between them."""
    between = {"fa": " تا ", "azb": " – ", "az": " – ", "ku": " تا ", "ar": " إلى ", "en": " to "}[lang]
    return between.join(ends)
