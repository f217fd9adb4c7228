"""Numbers as a table for spreadsheets, out and in: the same columns both ways, in the reader's language or in English.

What a platform does not tell stands there in words, never as 0; a row without a number is left out on the way in.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import URLValidator
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ravi.accounts.models import Person
from ravi.core import calendar, date_entry, spreadsheet
from ravi.core.asked import whole
from ravi.core.fields import GROUPING
from ravi.delivery.models import Delivery, Reading
from ravi.delivery.queries import deliveries_visible_to
from ravi.delivery.readings.rules import Kind
from ravi.delivery.readings.services import NoReading, Number, check
from ravi.delivery.rules import Action, State
from ravi.directory.models import Channel
from ravi.directory.names import platform_name
from ravi.directory.queries import channels_by_id, channels_visible_to
from ravi.text.jalali import TEHRAN

MOST_BYTES, MOST_ROWS = 1_000_000, 2_000
# Heading of each column -> what it holds. The two dates are one moment; ISO counts where both stand.
COLUMNS = {
    "copy": gettext_lazy("Copy number"),
    "unit": gettext_lazy("Unit"),
    "platform": gettext_lazy("Platform"),
    "handle": gettext_lazy("Handle"),
    "kind": gettext_lazy("What is counted"),
    "value": gettext_lazy("Number"),
    "source": gettext_lazy("Said by"),
    "jalali": gettext_lazy("Day and hour"),
    "iso": gettext_lazy("Time (ISO 8601)"),
    "link": gettext_lazy("Link that shows it"),
}
LANGUAGES = ("fa", "en")
_IS_ADDRESS = URLValidator(schemes=["https", "http"])


class Cell(NamedTuple):
    """One line of the table on its way out; `reading` None: nobody said it, and `otherwise` says why."""

    channel: Channel
    delivery_id: int | None
    kind: Kind
    reading: Reading | None
    otherwise: str = ""
    own_link: str = ""


@dataclass(frozen=True)
class Fault:
    """Why one row cannot be taken; rows are counted as spreadsheets do, the heading is the first."""

    row: int
    sentence: str

    @property
    def place(self) -> str:
        return calendar.number(self.row)


@dataclass(frozen=True)
class Looked:
    """What a file holds: numbers to keep, rows without a number, and faults."""

    numbers: Sequence[Number]
    left_out: int
    faults: Sequence[Fault]


class Unreadable(Exception):
    """The file as a whole; the text is a sentence."""


def written(cells: Iterable[Cell]) -> str:
    """The table as CSV in the language of the page."""
    return spreadsheet.as_csv([str(heading) for heading in COLUMNS.values()], (_row(cell) for cell in cells))


def look_through(content: bytes, *, by: Person, now: datetime) -> Looked:
    """Read a file and write nothing. Raises Unreadable."""
    rows = _rows(content)
    heading = _heading(next(rows, []))
    listed = [(place, row) for place, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]
    if len(listed) > MOST_ROWS:
        raise Unreadable(_("At most %(n)s rows go in one file.") % {"n": calendar.number(MOST_ROWS)})
    told = [
        (place, {name: row[at].strip() if at < len(row) else "" for name, at in heading.items()})
        for place, row in listed
    ]
    known = _Known.of([row for _place, row in told], by)
    numbers, faults, left_out = [], [], 0
    for place, row in told:
        try:
            number = _number(row, known)
            if number is None:
                left_out += 1
                continue
            check(number, by=by, now=now)
            numbers.append(number)
        except (NoReading, ValidationError, PermissionDenied) as error:
            faults.append(Fault(place, _sentence(error)))
    return Looked(numbers, left_out, faults)


def _row(cell: Cell) -> list[str]:
    reading, channel = cell.reading, cell.channel
    said = Reading.KindChoice(cell.kind).label
    named = [channel.unit.name, platform_name(channel.platform), channel.handle, str(said)]
    first = str(cell.delivery_id) if cell.delivery_id else ""
    if reading is None:
        return [first, *named, cell.otherwise, "", "", "", cell.own_link]
    at = reading.taken_at.astimezone(TEHRAN)
    link = reading.evidence_link or cell.own_link
    return [
        first, *named, str(reading.value), str(Reading.SourceChoice(reading.source).label), calendar.day_and_hour(at),
        at.isoformat(timespec="seconds"), link,
    ]  # fmt: skip


def _rows(content: bytes) -> Iterator[list[str]]:
    if len(content) > MOST_BYTES:
        raise Unreadable(_("This file is larger than 1 MB. Take fewer rows at once."))
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        first = text.partition("\n")[0]
        mark = max(",;\t", key=first.count)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except (UnicodeError, csv.Error) as error:
        raise Unreadable(
            _("This is no CSV file in UTF-8. Save the table as “CSV UTF-8” and choose it again.")
        ) from error
    return iter([[spreadsheet.plain_cell(cell.replace("\x00", "")) for cell in row] for row in rows])


def _heading(row: Sequence[str]) -> Mapping[str, int]:
    """Column -> its place, whatever their order and in either language. Raises Unreadable."""
    names: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            names |= {str(heading).casefold(): name for name, heading in COLUMNS.items()}
    found = {
        names[cell.strip().casefold()]: place for place, cell in enumerate(row) if cell.strip().casefold() in names
    }
    needed = {"kind", "value"} - set(found)
    if needed or not ({"copy"} <= set(found) or {"platform", "handle"} <= set(found)):
        raise Unreadable(_("The first row must name the columns. Take the file that Ravi gives out and fill it in."))
    return found


@dataclass(frozen=True)
class _Known:
    """What rows may speak of, read at once: the person's copies by number, channels by platform and handle."""

    copies: Mapping[int, Delivery]
    channels: Mapping[tuple[str, str], Channel]
    of_copies: Mapping[int, Channel]
    platforms: Mapping[str, str]

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, str]], by: Person) -> "_Known":
        numbers = {number for row in rows if (number := whole(row.get("copy", ""))) is not None}
        sent = deliveries_visible_to(by).filter(action=Action.PUBLISH, stage=State.SENT)
        copies = sent.in_bulk(numbers)
        channels = list(channels_visible_to(by).select_related("unit"))
        platforms: dict[str, str] = {}
        for language in LANGUAGES:
            with translation.override(language):
                platforms |= {platform_name(one.platform).casefold(): one.platform for one in channels}
        by_handle = {(one.platform, one.handle.casefold().lstrip("@")): one for one in channels}
        of_copies = channels_by_id({copy.channel_id for copy in copies.values()})
        return cls(copies, by_handle, of_copies, platforms | {one.platform: one.platform for one in channels})

    def thing(self, row: Mapping[str, str]) -> tuple[Channel, Delivery | None]:
        """The copy, else the channel. Raises ValidationError."""
        if said := row.get("copy", ""):
            copy = self.copies.get(whole(said) or 0)
            if copy is None:
                raise ValidationError(_("There is no published copy of yours with this number."))
            return self.of_copies[copy.channel_id], copy
        platform = self.platforms.get(row.get("platform", "").casefold(), "")
        channel = self.channels.get((platform, row.get("handle", "").casefold().lstrip("@")))
        if channel is None:
            raise ValidationError(_("There is no channel of yours with this platform and handle."))
        return channel, None


def _number(row: Mapping[str, str], known: _Known) -> Number | None:
    value = row.get("value", "").translate(GROUPING)
    if not value or row["value"] in _said_otherwise():
        return None
    amount = whole(value)
    if amount is None:
        raise ValidationError(_("“%(text)s” is no whole number.") % {"text": row["value"][:40]})
    channel, copy = known.thing(row)
    moment = _moment(row)
    link = row.get("link", "")
    if link and not is_web_address(link):
        raise ValidationError(_("Write one address that begins with https://."))
    return Number(
        channel=channel,
        delivery=copy,
        kind=_kind(row["kind"]),
        value=amount,
        taken_at=moment,
        evidence_link=link[:2000],
    )


def _kind(text: str) -> Kind:
    names: dict[str, Kind] = {kind.value: kind for kind in Kind}
    for language in LANGUAGES:
        with translation.override(language):
            names |= {str(Reading.KindChoice(kind).label).casefold(): kind for kind in Kind}
    try:
        return names[text.casefold()]
    except KeyError:
        raise ValidationError(_("“%(text)s” is nothing that is counted.") % {"text": text[:40]}) from None


def _moment(row: Mapping[str, str]) -> datetime:
    """ISO 8601, else a Jalali day «1405/9/5» with an hour or without (its end). Raises ValidationError."""
    if iso := row.get("iso", ""):
        try:
            moment = datetime.fromisoformat(iso)
        except ValueError:
            raise ValidationError(_("“%(text)s” is no time.") % {"text": iso[:40]}) from None
        return moment if moment.tzinfo else moment.replace(tzinfo=TEHRAN)
    day, _space, hour = row.get("jalali", "").replace("،", " ").strip().partition(" ")
    if not day:
        raise ValidationError(_("Write when the number was seen."))
    return date_entry.read_moment([day, "", "", hour.strip() or "12:00"])


def _said_otherwise() -> set[str]:
    found = set()
    for language in LANGUAGES:
        with translation.override(language):
            found |= {not_told(), not_yet()}
    return found


def not_told() -> str:
    """In the place of a number that the platform never says."""
    return _("This platform does not say")


def not_yet() -> str:
    """In the place of a number that is still to be read."""
    return _("Not read yet")


def is_web_address(link: str) -> bool:
    """Whether a browser would open it as a page."""
    try:
        _IS_ADDRESS(link)
    except ValidationError:
        return False
    return True


def _sentence(error: Exception) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
