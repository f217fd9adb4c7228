"""The small types of which requests and answers are made."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar

from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime

from ravi.api.rules import LARGEST_ID, MOST_PER_PAGE, PER_PAGE

Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Item = TypeVar("Item")
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _storable(text: str) -> str:
    """PostgreSQL keeps no null byte, and half a character is none."""
    if "\x00" in text:
        raise ValueError("null byte")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("half a character") from None
    return text


def _of_our_time(moment: datetime) -> datetime:
    if not _FIRST <= moment <= _LAST:
        raise ValueError("not between 2000 and 2200")
    return moment


def _day_of_our_time(day: date) -> date:
    if not _FIRST.date() <= day <= _LAST.date():
        raise ValueError("not between 2000 and 2200")
    return day


Words = Annotated[str, AfterValidator(_storable)]
Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]
Day = Annotated[date, AfterValidator(_day_of_our_time)]


class Strict(Schema):
    """A body: what it does not know is refused, so that a mistyped name is no silence."""

    model_config = {"extra": "forbid"}


class Paging(Schema):
    """Which page of a list."""

    cursor: str = Field("", max_length=100, description="`next` of the page before; empty for the newest rows")
    limit: int = Field(PER_PAGE, ge=1, le=MOST_PER_PAGE)


class Page(Schema, Generic[Item]):
    """Some rows, the newest first. `next` names the following page; null: these were the last."""

    items: list[Item]
    next: str | None


class ProblemOut(Schema):
    """RFC 9457. `type` is stable and for programs, `detail` is a sentence for people."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None


class Named(Schema):
    """Somebody or something with its name."""

    id: int
    name: str


def named(thing: Any) -> dict[str, Any]:
    """A row with a name."""
    return {"id": thing.pk, "name": thing.name}
