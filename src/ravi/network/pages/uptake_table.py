"""The uptake board as a table for spreadsheets: one line per unit and channel, in the reader's language."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from ravi.core import calendar, spreadsheet
from ravi.directory.names import platform_name
from ravi.network.models import Adoption, Message
from ravi.network.pages.uptake import LOOKS
from ravi.network.queries.uptake import Line, Row
from ravi.text.jalali import TEHRAN


def written(message: Message, rows: Iterable[Row]) -> str:
    """The whole file; a unit without a channel has one line all the same."""
    heading = [
        _("Message"),
        _("Unit"),
        _("Kind"),
        _("Platform"),
        _("How far it has come"),
        _("Answer"),
        _("Version of the answer"),
        _("Version with the units"),
        _("Answered on"),
        _("Answered (ISO 8601)"),
        _("Why not"),
        _("Link"),
    ]
    return spreadsheet.as_csv(heading, (cells for row in rows for cells in _lines(message, row)))


def _lines(message: Message, row: Row) -> Iterator[list[str]]:
    lines: Iterable[Line | None] = row.lines or [None]
    current = str(message.current.number) if message.current else ""
    for line in lines:
        yield [
            message.title,
            row.unit.name,
            str(row.unit.get_kind_display()),
            platform_name(line.platform) if line else "",
            str(LOOKS[line.state if line else row.state][1]),
            _answer(row),
            str(row.version or ""),
            current,
            *_moment(row.answered_at),
            row.reason,
            line.link if line else "",
        ]


def _answer(row: Row) -> str:
    if row.is_by_rule:
        return _("Adopted by itself")
    return str(Adoption.KindChoice(row.kind).label) if row.kind else ""


def _moment(at: datetime | None) -> tuple[str, str]:
    return (calendar.day_and_hour(at), at.astimezone(TEHRAN).isoformat(timespec="seconds")) if at else ("", "")
