"""The head's page of a week: sums in words, then by message, by unit and by platform; and the same as a table."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from ravi.core import calendar, spreadsheet
from ravi.core.calendar import number
from ravi.delivery.progress import Came
from ravi.directory.names import platform_name
from ravi.network.queries.weekly import Cell, Summary, Tally, tally
from ravi.network.weekly import Week
from ravi.publishing.pages.platforms import in_order

# What a column counts, and its head on a phone.
COLUMNS: Mapping[str, tuple[frozenset[Came], str | Promise, str | Promise]] = {
    "out": (frozenset({Came.SENT}), gettext_lazy("Published"), pgettext_lazy("week", "out")),
    "not": (
        frozenset({Came.FAILED, Came.MISSED, Came.UNKNOWN}),
        gettext_lazy("Not published, missed or not known"),
        pgettext_lazy("week", "not"),
    ),
    "corrected": (frozenset({Came.CORRECTED}), gettext_lazy("Corrected"), pgettext_lazy("week", "corrected")),
    "removed": (frozenset({Came.REMOVED}), gettext_lazy("Withdrawn"), pgettext_lazy("week", "withdrawn")),
    "waits": (frozenset({Came.WAITS}), gettext_lazy("Waits"), pgettext_lazy("week", "waits")),
}


@dataclass(frozen=True)
class Line:
    """One row of a table: a name, where it leads ("" nowhere), and a number per column ("" for none)."""

    name: str
    url: str
    numbers: Sequence[str]
    of: str = ""


class WeekPage:
    """All that the page says of one week."""

    def __init__(self, summary: Summary) -> None:
        self.summary, self.week = summary, summary.week

    @cached_property
    def total(self) -> Tally:
        return tally(self.summary.cells)

    @property
    def columns(self) -> list[str]:
        """What waits is a thing of now: earlier weeks have no such column."""
        return [name for name in COLUMNS if name != "waits" or self.summary.is_this_week]

    @property
    def heads(self) -> list[tuple[str, str]]:
        return [(str(COLUMNS[name][2]), str(COLUMNS[name][1])) for name in self.columns]

    @property
    def out(self) -> int:
        return _sum(self.total, "out")

    @property
    def sums(self) -> list[tuple[str, int]]:
        """(what, how many) beside what went out."""
        return [(str(COLUMNS[name][1]), _sum(self.total, name)) for name in self.columns if name != "out"]

    @property
    def messages(self) -> int:
        """Of how many messages a copy went out."""
        return len({_said_in(cell) for cell in self.summary.cells if cell.counts.get(Came.SENT)})

    @property
    def silent_sentence(self) -> str:
        """How many units published nothing."""
        n = self.summary.silent
        text = ngettext(
            "%(n)s unit with a channel published nothing.", "%(n)s units with a channel published nothing.", n
        )
        return text % {"n": number(n)} if n else ""

    @property
    def by_message(self) -> list[Line]:
        """The answers of many units to one message are one line: what was said, and how many units said it."""
        groups: dict[tuple[int, int], list[Cell]] = {}
        for cell in sorted(self.summary.cells, key=lambda cell: cell.post.pk):
            groups.setdefault(_said_in(cell), []).append(cell)
        return [self._of_message(cells) for cells in groups.values()]

    def _of_message(self, cells: Sequence[Cell]) -> Line:
        post, message_id = cells[0].post, cells[0].message_id
        units = len({cell.post.unit_id for cell in cells})
        if units == 1 or message_id is None:
            url, of = reverse("publishing:board", args=[post.pk]), post.unit.name
        else:
            url = reverse("network:uptake", args=[message_id])
            of = ngettext("%(n)s unit", "%(n)s units", units) % {"n": number(units)}
        [(title, _times)] = Counter(cell.post.title for cell in cells).most_common(1)
        return Line(title or _("Without a title"), url, self._numbers(cells), of)

    @property
    def by_unit(self) -> list[Line]:
        return self._lines(lambda cell: cell.channel.unit_id, lambda cell: cell.channel.unit.name)

    @property
    def by_platform(self) -> list[Line]:
        order = in_order(cell.channel.platform for cell in self.summary.cells)
        key: Callable[[Cell], int] = lambda cell: order.index(cell.channel.platform)  # noqa: E731 -- two uses
        return self._lines(key, lambda cell: platform_name(cell.channel.platform), is_sorted=True)

    def _lines(
        self,
        key: Callable[[Cell], int],
        name: Callable[[Cell], str],
        *,
        is_sorted: bool = False,
    ) -> list[Line]:
        groups: dict[int, list[Cell]] = {}
        for cell in self.summary.cells:
            groups.setdefault(key(cell), []).append(cell)
        found = sorted(groups.items()) if is_sorted else groups.items()
        return [Line(name(mine[0]), "", self._numbers(mine)) for _key, mine in found]

    def _numbers(self, cells: Iterable[Cell]) -> list[str]:
        counts = tally(cells)
        return [number(n) if (n := _sum(counts, name)) else "" for name in self.columns]

    @property
    def offered(self) -> list[dict[str, Any]]:
        """Messages for the network that units got in this week."""
        return [
            {
                "title": message.title,
                "url": reverse("network:uptake", args=[message.pk]),
                "answered": getattr(message, "answered", 0),
                "units": getattr(message, "offered_to", 0),
            }
            for message in self.summary.offered
        ]


def _said_in(cell: Cell) -> tuple[int, int]:
    """One for all answers to a message of the network."""
    return (0, cell.message_id) if cell.message_id else (cell.post.pk, 0)


def name_of(week: Week) -> str:
    """«۱ تا ۷ آذر ۱۴۰۵»"""
    return _("%(first)s to %(last)s") % {"first": calendar.day(week.first, year=False), "last": calendar.day(week.last)}


def address_of(week: Week) -> str:
    return f"{reverse('network:week')}?from={week.first.isoformat()}"


def written(summary: Summary) -> str:
    """One line per unit, channel and message."""
    heading = [_("Week from"), _("Unit"), _("Kind"), _("Platform"), _("Handle"), _("Message"), *_count_heads()]
    return spreadsheet.as_csv(heading, (_cells(summary, cell) for cell in summary.cells))


def _count_heads() -> list[str]:
    return [
        _("Published"),
        _("Not published"),
        _("Its time has passed"),
        _("Not known whether it went"),
        _("Corrected"),
        _("Withdrawn"),
        _("Waits"),
    ]


def _cells(summary: Summary, cell: Cell) -> list[str]:
    unit, channel = cell.channel.unit, cell.channel
    named = [calendar.both_calendars(summary.week.first), unit.name, str(unit.get_kind_display())]
    return [
        *named,
        platform_name(channel.platform),
        channel.handle,
        cell.post.title,
        *(str(cell.counts.get(came, 0)) for came in Came),
    ]


def _sum(counts: Tally, column: str) -> int:
    return sum(counts.get(came, 0) for came in COLUMNS[column][0])
