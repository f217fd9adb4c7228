"""Which kinds of facts there are, and in which languages they are written out."""

from enum import StrEnum


class FactKind(StrEnum):
    """What a fact is a value of; it decides what is asked, how it is written and what would contradict it."""

    DOSE = "dose"
    AGE = "age"
    DATE = "date"
    TIME = "time"
    PLACE = "place"
    PHONE = "phone"
    LINK = "link"
    COUNT = "count"


class AgeUnit(StrEnum):
    """What an age is counted in."""

    YEAR = "year"
    MONTH = "month"


# azb: Azerbaijani in the Arabic script; az: in the Latin one; ku: Central Kurdish.
LANGUAGES = ("fa", "azb", "az", "ku", "ar", "en")
TRANSLATED = LANGUAGES[1:]
