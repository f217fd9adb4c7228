"""What is said of a series, a workshop and a session before it is kept."""

from dataclasses import dataclass
from datetime import datetime

from ravi.training.rules import Part


@dataclass(frozen=True)
class SeriesFields:
    """A name, and why there is such a series."""

    name: str
    purpose: str = ""


@dataclass(frozen=True)
class WorkshopFields:
    """`seats` in all and `unit_seats` for each unit (None: no limit); units nominate until `nominations_until`."""

    title: str
    goal: str = ""
    seats: int | None = None
    unit_seats: int | None = None
    nominations_until: datetime | None = None


@dataclass(frozen=True)
class Teacher:
    """Who teaches, and in what office they come."""

    name: str
    affiliation: str = ""


@dataclass(frozen=True)
class SessionFields:
    """When and where; `teachers` in the order in which they are named."""

    topic: str
    part: Part
    starts_at: datetime
    ends_at: datetime
    room: str = ""
    link: str = ""
    teachers: tuple[Teacher, ...] = ()
