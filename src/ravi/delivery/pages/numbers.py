"""Numbers as pages tell them: the latest of each kind with its source and time, sums that say of how many they speak."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.queries import people_by_id
from ravi.core import calendar
from ravi.delivery.models import Delivery, Reading
from ravi.delivery.pages.copies import title_of
from ravi.delivery.readings import queries, table
from ravi.delivery.readings.rules import OF_POST, Kind, Source
from ravi.delivery.readings.table import Cell
from ravi.directory.models import Channel
from ravi.directory.names import platform_name
from ravi.directory.queries import channels_by_id


@dataclass(frozen=True)
class Said:
    """One kind of one thing: its number and who said it when, or why there is none."""

    label: str
    reading: Reading | None
    otherwise: str
    who: str = ""

    @property
    def source(self) -> str:
        """Who said it: the platform, a colleague by name, a file."""
        if self.reading is None:
            return ""
        if self.reading.source == Source.PERSON and self.who:
            return self.who
        return str(Reading.SourceChoice(self.reading.source).label)

    @property
    def has_picture(self) -> bool:
        """A file of many numbers is not led to: it may tell of other units."""
        one = self.reading
        return one is not None and one.source == Source.PERSON and bool(one.evidence_sha256)


@dataclass(frozen=True)
class Sum:
    """One kind over a platform's channels: the sum of those that say it, and how many those are."""

    label: str
    value: int | None
    telling: int
    channels: int
    otherwise: str

    @property
    def shown(self) -> str:
        return self.otherwise if self.value is None else calendar.number(self.value)

    @property
    def of_how_many(self) -> str:
        """ "" where nothing is summed."""
        if self.value is None:
            return ""
        said = {"n": calendar.number(self.telling), "m": calendar.number(self.channels)}
        return _("from %(n)s of %(m)s channels") % said


@dataclass(frozen=True)
class PlatformLine:
    """One platform of a message; the last line is all of them."""

    name: str
    channels: int
    sums: Sequence[Sum]

    @property
    def says_one_thing(self) -> bool:
        """No number at all, and for one reason: it is said once."""
        return all(one.value is None and one.otherwise == self.sums[0].otherwise for one in self.sums)


@dataclass(frozen=True)
class Message:
    """The numbers of one message over the copies in sight."""

    post_id: int
    title: str
    lines: Sequence[PlatformLine]
    newest: datetime | None


def of_copy(delivery: Delivery) -> list[Said]:
    """The four kinds of a copy."""
    latest = queries.latest_of_copies([delivery.pk]).get(delivery.pk, {})
    told = queries.tells(delivery.adapter, delivery.platform)
    people = people_by_id({one.by_id for one in latest.values() if one.by_id})
    return [_said(kind, latest.get(kind), told, people) for kind in OF_POST]


def of_channel(channel: Channel) -> Said:
    """A channel's followers."""
    latest = queries.latest_of_channels([channel.pk]).get(channel.pk)
    people = people_by_id({latest.by_id} if latest and latest.by_id else set())
    return _said(Kind.FOLLOWERS, latest, queries.tells(channel.adapter, channel.platform), people)


def of_message(copies: Sequence[Delivery]) -> Message:
    """Platform by platform, in the order of their names; never by size, and nobody is ranked."""
    latest = queries.latest_of_copies([copy.pk for copy in copies])
    platforms = sorted({copy.platform for copy in copies}, key=platform_name)
    lines = [_line(platform_name(one), [copy for copy in copies if copy.platform == one], latest) for one in platforms]
    if len(lines) > 1:
        lines.append(_line(_("All together"), copies, latest))
    moments = [reading.taken_at for of_one in latest.values() for reading in of_one.values()]
    return Message(copies[0].post_id, title_of(copies[0]), lines, max(moments, default=None))


def cells_of_message(copies: Sequence[Delivery]) -> list[Cell]:
    """Every copy and kind for a spreadsheet, in the order of units."""
    latest = queries.latest_of_copies([copy.pk for copy in copies])
    channels = channels_by_id({copy.channel_id for copy in copies})
    listed = sorted(copies, key=lambda copy: (channels[copy.channel_id].unit.sort_key, copy.platform, copy.pk))
    return [
        Cell(
            channels[copy.channel_id],
            copy.pk,
            kind,
            latest.get(copy.pk, {}).get(kind),
            _otherwise(kind, queries.tells(copy.adapter, copy.platform)),
            copy.link,
        )
        for copy in listed
        for kind in OF_POST
    ]


def cells_of_channel(channel: Channel) -> list[Cell]:
    """A channel's followers over time; one row without a number where nobody ever said one."""
    readings: Sequence[Reading | None] = queries.followers_of(channel.pk) or [None]
    otherwise = _otherwise(Kind.FOLLOWERS, queries.tells(channel.adapter, channel.platform))
    return [Cell(channel, None, Kind.FOLLOWERS, one, otherwise, channel.link) for one in readings]


def _line(name: str, copies: Sequence[Delivery], latest: queries.Latest) -> PlatformLine:
    return PlatformLine(name, len(copies), [_sum(kind, copies, latest) for kind in OF_POST])


def _sum(kind: Kind, copies: Sequence[Delivery], latest: queries.Latest) -> Sum:
    found = [reading.value for copy in copies if (reading := latest.get(copy.pk, {}).get(kind)) is not None]
    is_told = any(kind in queries.tells(copy.adapter, copy.platform) for copy in copies)
    otherwise = table.not_yet()
    if not is_told:
        is_one = len({copy.platform for copy in copies}) == 1
        otherwise = table.not_told() if is_one else _("No platform says")
    label = str(Reading.KindChoice(kind).label)
    return Sum(label, sum(found) if found else None, len(found), len(copies), otherwise)


def _said(kind: Kind, reading: Reading | None, told: frozenset[Kind], people: Mapping[int, Person]) -> Said:
    person = people.get(reading.by_id) if reading is not None and reading.by_id else None
    label = str(Reading.KindChoice(kind).label)
    return Said(label, reading, _otherwise(kind, told), person.name if person else "")


def _otherwise(kind: Kind, told: frozenset[Kind]) -> str:
    return table.not_yet() if kind in told else table.not_told()
