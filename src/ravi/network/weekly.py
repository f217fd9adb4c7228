"""Which week a day belongs to: here it begins on Saturday and ends on Friday, on Tehran's clock. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ravi.text.jalali import TEHRAN

SATURDAY = 5  # as date.weekday() counts
EARLIEST = date(2020, 3, 21)  # 1 Farvardin 1399: no copy of Ravi is older


@dataclass(frozen=True)
class Week:
    """`first` is its Saturday."""

    first: date

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)

    @property
    def begins(self) -> datetime:
        return _midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment of the next one."""
        return _midnight(self.first + timedelta(days=7))

    @property
    def before(self) -> "Week":
        return Week(self.first - timedelta(days=7))

    @property
    def after(self) -> "Week":
        return Week(self.first + timedelta(days=7))


def week_of(day: date) -> Week:
    """The week in which the day lies."""
    return Week(day - timedelta(days=(day.weekday() - SATURDAY) % 7))


def week_asked(text: str, today: date) -> Week:
    """The week of the day that an address names in ISO 8601: this week for anything else, and for what is to come."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = today
    return week_of(min(max(day, EARLIEST), today))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=TEHRAN)
