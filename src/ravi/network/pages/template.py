"""A template as pages show it: its words with the blanks marked, what each blank takes, and what would be seen where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.core import calendar, clock
from ravi.core.calendar import number
from ravi.directory.models import Channel
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.reference import pieces
from ravi.network.models import Fact, StandingRule
from ravi.network.pages.words import Run
from ravi.network.template import Blank, TemplateWords
from ravi.platforms.compose import FULL
from ravi.publishing import queries as publishing
from ravi.publishing.draft import DraftFields
from ravi.publishing.pages import platforms, seen


@dataclass(frozen=True)
class BlankLine:
    """One blank of the list: its sign, its kind, and what it may say where that is a list."""

    sign: str
    kind: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class ShownTemplate:
    """Its words with each blank as a chip."""

    title: tuple[Run, ...]
    paragraphs: tuple[tuple[Run, ...], ...]
    short: tuple[tuple[Run, ...], ...]
    blanks: tuple[BlankLine, ...]


@dataclass(frozen=True)
class Look:
    """One text as it would be seen: on which platforms, in how many copies, and why some stay out."""

    names: str
    copies: str
    view: seen.Seen
    problems: tuple[str, ...]


def shown(words: TemplateWords) -> ShownTemplate:
    """Words as values."""
    return ShownTemplate(
        _runs(words.title),
        tuple(_runs(line) for line in words.parts[FULL].split("\n") if line.strip()),
        tuple(_runs(line) for line in words.short.split("\n") if line.strip()),
        tuple(_line(blank) for blank in words.blanks),
    )


def looks(fields: DraftFields, channels: Sequence[Channel]) -> list[Look]:
    """What goes, each different text once, as its first platform shows it; what cannot go comes last."""
    found: dict[tuple[str, tuple[str, ...]], list[Channel]] = {}
    for preview in publishing.previews(fields, channels):
        found.setdefault((preview.fitted.text, tuple(preview.sentences)), []).append(preview.channel)
    made = [_look(fields, group, problems) for (_text, problems), group in found.items()]
    return sorted(made, key=lambda look: bool(look.problems))


def standing_words(rule: StandingRule) -> tuple[str, str]:
    """Bead and words: whether a standing approval holds, and until when or why not."""
    if rule.ended_at is not None:
        said = {"why": rule.get_end_reason_display(), "at": calendar.day_and_hour(rule.ended_at, year=False)}
        return "cancelled", _("Ended %(at)s: %(why)s") % said
    if rule.valid_until <= clock.now():
        return "cancelled", _("Over since %(at)s") % {"at": calendar.day_and_hour(rule.valid_until, year=False)}
    return "knot", _("Holds until %(at)s (%(left)s)") % {
        "at": calendar.day_and_hour(rule.valid_until, year=False),
        "left": calendar.distance(rule.valid_until, now=clock.now()),
    }


def rows(rules: Sequence[StandingRule]) -> list[dict[str, Any]]:
    """The list's lines."""
    return [{"rule": rule, "standing": standing_words(rule)} for rule in rules]


def way_words(rules: Sequence[StandingRule]) -> str:
    """What happens once it is sent."""
    if not rules:
        return _("It waits for approval, then it goes by itself.")
    names = "، ".join(rule.approver.name for rule in rules)
    until = calendar.day_and_hour(min(rule.valid_until for rule in rules), year=False)
    return _("%(who)s approved these words beforehand, until %(until)s. That counts as their yes.") % {
        "who": names,
        "until": until,
    }


def _look(fields: DraftFields, channels: Sequence[Channel], problems: tuple[str, ...]) -> Look:
    names = platforms.in_order(channel.platform for channel in channels)
    first = next(channel for channel in channels if channel.platform == names[0])
    copies = ngettext("%(n)s copy", "%(n)s copies", len(channels)) % {"n": number(len(channels))}
    return Look("، ".join(platforms.name(name) for name in names), copies, seen.of(fields, first, ()), problems)


def _line(blank: Blank) -> BlankLine:
    listed = list(blank.choices)
    if blank.kind is FactKind.PLACE:
        listed.append(_("the name of the unit, or of a unit below it"))
    if blank.kind is FactKind.COUNT:
        listed.append(blank.unit)
    return BlankLine(blank.sign, str(Fact.KindChoice(blank.kind).label), tuple(listed))


def _runs(text: str) -> tuple[Run, ...]:
    return tuple(
        Run(piece.source.strip("{}"), piece.source.strip("{}")) if piece.is_reference else Run(piece.source)
        for piece in pieces(text, ())
    )
