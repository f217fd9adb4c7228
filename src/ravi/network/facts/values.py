"""Typed values of facts: what each kind holds, read from what is stored, refused where it could not be true."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, time
from typing import Any
from urllib.parse import urlsplit

from ravi.network.facts.kinds import AgeUnit, FactKind
from ravi.text.normalise import normalise

LONGEST_NAME, LONGEST_LABEL, LONGEST_PLACE, LONGEST_UNIT, LONGEST_LINK = 40, 100, 300, 30, 2_000
MOST_DOSE, MOST_AGE, MOST_COUNT = 20, 150, 10**9
FIRST_YEAR, LAST_YEAR = 1900, 2200
PHONE = re.compile(r"\+?[0-9]{3,15}")
_NO_NAME = re.compile(r"[{}\[\]()*<>\\\n\r]")


class NotAFact(ValueError):
    """What was given is no such fact; `code` says why, in a word that the page has a sentence for."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Dose:
    """Which dose in the row."""

    number: int

    def __post_init__(self) -> None:
        _need(1 <= self.number <= MOST_DOSE, "dose_number")


@dataclass(frozen=True)
class Age:
    """From `low` on, up to `high`, or between both, inclusive."""

    low: int | None = None
    high: int | None = None
    unit: AgeUnit = AgeUnit.YEAR

    def __post_init__(self) -> None:
        _need(self.low is not None or self.high is not None, "age_empty")
        _need(all(one is None or 0 <= one <= MOST_AGE for one in (self.low, self.high)), "age_range")
        _need(self.low is None or self.high is None or self.low < self.high, "age_order")
        _need(self.unit in set(AgeUnit), "age_unit")

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(one for one in (self.low, self.high) if one is not None)


@dataclass(frozen=True)
class Day:
    """A day, or all days from `first` to `last`."""

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        _need(all(FIRST_YEAR <= one.year <= LAST_YEAR for one in self.days), "kind")
        _need(self.last is None or self.first < self.last, "date_order")

    @property
    def days(self) -> tuple[date, ...]:
        return (self.first,) if self.last is None else (self.first, self.last)


@dataclass(frozen=True)
class Hour:
    """A time on Tehran's clock, or from `first` to `last` on the same day."""

    first: time
    last: time | None = None

    def __post_init__(self) -> None:
        _need(all(one.tzinfo is None for one in self.times), "kind")
        _need(self.last is None or self.first < self.last, "time_order")

    @property
    def times(self) -> tuple[time, ...]:
        return (self.first,) if self.last is None else (self.first, self.last)


@dataclass(frozen=True)
class Place:
    """Where, in the words that people know."""

    text: str

    def __post_init__(self) -> None:
        _need(bool(self.text.strip()) and "\n" not in self.text, "place_empty")
        _need(len(self.text) <= LONGEST_PLACE and not _NO_NAME.search(self.text), "place_form")


@dataclass(frozen=True)
class Phone:
    """Digits as they are dialled, with + before a country's code."""

    digits: str

    def __post_init__(self) -> None:
        _need(bool(PHONE.fullmatch(self.digits)), "phone_form")


@dataclass(frozen=True)
class Link:
    """A web address."""

    url: str

    def __post_init__(self) -> None:
        _need(
            len(self.url) <= LONGEST_LINK and not re.search(r"[\s()<>\"'«»{}\\*\u200c\u2066-\u2069]", self.url),
            "link_form",
        )
        try:
            parts = urlsplit(self.url)
            _need(parts.scheme in ("http", "https") and "." in (parts.hostname or ""), "link_form")
        except ValueError as error:
            raise NotAFact("link_form") from error


@dataclass(frozen=True)
class Count:
    """So many of something."""

    number: int
    unit: str

    def __post_init__(self) -> None:
        _need(0 <= self.number <= MOST_COUNT, "count_number")
        _need(bool(re.fullmatch(r"[^\W\d_]+(?:[ \u200c][^\W\d_]+)*", self.unit)), "count_unit")
        _need(len(self.unit) <= LONGEST_UNIT, "count_unit")


Value = Dose | Age | Day | Hour | Place | Phone | Link | Count


@dataclass(frozen=True)
class LockedFact:
    """A fact by the name that a text refers to it with; `is_required` ones may move and never be dropped."""

    name: str
    kind: FactKind
    value: Value
    label: str = ""
    is_required: bool = True

    def __post_init__(self) -> None:
        _need(bool(key(self.name)) and len(self.name) <= LONGEST_NAME, "name_empty")
        _need(not _NO_NAME.search(self.name) and len(self.label) <= LONGEST_LABEL, "name_form")
        _need(isinstance(self.value, TYPES[self.kind]), "kind")

    @property
    def sign(self) -> str:
        """How a text refers to it."""
        return "{" + self.name + "}"


TYPES: Mapping[FactKind, type[Value]] = {
    FactKind.DOSE: Dose,
    FactKind.AGE: Age,
    FactKind.DATE: Day,
    FactKind.TIME: Hour,
    FactKind.PLACE: Place,
    FactKind.PHONE: Phone,
    FactKind.LINK: Link,
    FactKind.COUNT: Count,
}


def key(name: str) -> str:
    """What makes two names the same: their letters, whatever space or half-space stands between them."""
    return "".join(letter for letter in normalise(name).casefold() if letter.isalnum())


def as_json(value: Value) -> dict[str, Any]:
    """For the row: days and times in ISO's form."""
    return {name: one.isoformat() if isinstance(one, date | time) else one for name, one in asdict(value).items()}


def from_json(kind: FactKind, kept: Mapping[str, Any]) -> Value:
    """The value that `as_json` wrote. Raises NotAFact for anything else."""
    try:
        return _READERS[kind](kept)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, NotAFact):
            raise
        raise NotAFact("kind") from error


def _day(kept: Mapping[str, Any]) -> Value:
    return Day(date.fromisoformat(kept["first"]), date.fromisoformat(kept["last"]) if kept.get("last") else None)


def _hour(kept: Mapping[str, Any]) -> Value:
    return Hour(time.fromisoformat(kept["first"]), time.fromisoformat(kept["last"]) if kept.get("last") else None)


_READERS: Mapping[FactKind, Callable[[Mapping[str, Any]], Value]] = {
    FactKind.DOSE: lambda kept: Dose(int(kept["number"])),
    FactKind.AGE: lambda kept: Age(kept.get("low"), kept.get("high"), AgeUnit(kept.get("unit", AgeUnit.YEAR))),
    FactKind.DATE: _day,
    FactKind.TIME: _hour,
    FactKind.PLACE: lambda kept: Place(str(kept["text"])),
    FactKind.PHONE: lambda kept: Phone(str(kept["digits"])),
    FactKind.LINK: lambda kept: Link(str(kept["url"])),
    FactKind.COUNT: lambda kept: Count(int(kept["number"]), str(kept["unit"])),
}


def _need(is_so: bool, code: str) -> None:
    if not is_so:
        raise NotAFact(code)
