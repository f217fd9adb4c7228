"""What an approver reads before one yes to many units' unchanged copies: the words once, and what differs between copies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.core.calendar import number
from ravi.network.models import Adoption, SharedYes, Version
from ravi.network.queries.shared_yes import latest_yes, unchanged_of
from ravi.publishing.models import Copy
from ravi.publishing.pages import platforms
from ravi.publishing.pages.approval import Words, words
from ravi.publishing.queries import copies_that_wait, digest_of, grouped
from ravi.publishing.queries.shown import APART


@dataclass(frozen=True)
class Row:
    """One unit's part of the set; `key` names the post and exactly the copies that are shown of it."""

    key: str
    unit: str
    post_id: int
    platforms: str
    handles: tuple[tuple[str, str], ...]
    count: int

    @property
    def said(self) -> str:
        return ngettext("%(n)s copy", "%(n)s copies", self.count) % {"n": number(self.count)}


@dataclass(frozen=True)
class Shown:
    """The whole page: the texts, the units, how many copies."""

    texts: Sequence[Words]
    rows: Sequence[Row]

    @property
    def copies(self) -> int:
        return sum(row.count for row in self.rows)

    @property
    def sentence(self) -> str:
        units = ngettext("%(n)s unit", "%(n)s units", len(self.rows)) % {"n": number(len(self.rows))}
        said = ngettext("%(n)s copy in %(units)s", "%(n)s copies in %(units)s", self.copies)
        return said % {"n": number(self.copies), "units": units}


def shown(person: Person, version: Version) -> Shown:
    """What waits for this person's one yes and is in none that they have said; the questions do not grow with units or copies."""
    answers = unchanged_of(person, version)
    waiting = copies_that_wait([answer.post_id for answer in answers if answer.post_id])
    pairs = [(answer, copies) for answer in answers if (copies := waiting.get(answer.post_id or 0))]
    rows, listed = [_row(*pair) for pair in pairs], [copy for _answer, copies in pairs for copy in copies]
    return Shown(words(grouped(listed, apart=(*APART, "post"))), rows)


def _row(answer: Adoption, copies: Sequence[Copy]) -> Row:
    return row_of(answer.post_id or 0, answer.offer.unit.name, copies)


def row_of(post_id: int, unit: str, copies: Sequence[Copy]) -> Row:
    """One unit's post with exactly these copies."""
    by_channel = {copy.channel_id: copy for copy in copies}.values()
    keys = platforms.in_order(copy.platform for copy in copies)
    return Row(
        key=f"{post_id}:{digest_of(copies)}",
        unit=unit,
        post_id=post_id,
        platforms="، ".join(platforms.name(key) for key in keys),
        handles=tuple((platforms.name(copy.platform), copy.channel.shown_handle) for copy in by_channel),
        count=len(by_channel),
    )


MOST_NAMED = 5


@dataclass(frozen=True)
class Carried:
    """How far the last yes to many has come; `stayed` are sentences, each with the units that it is about."""

    pk: int
    done: int
    total: int
    is_open: bool
    is_begun: bool
    is_stopped: bool
    stayed: Sequence[str]

    @property
    def sentence(self) -> str:
        if self.is_open and not self.is_begun:
            said = ngettext(
                "Your yes to %(all)s unit begins in a moment.",
                "Your yes to %(all)s units begins in a moment.",
                self.total,
            )
            return said % {"all": number(self.total)}
        said = ngettext("Approved in %(n)s of %(all)s unit.", "Approved in %(n)s of %(all)s units.", self.total)
        return said % {"n": number(self.done), "all": number(self.total)}


def carried(person: Person, version: Version, *, is_correction: bool = False) -> Carried | None:
    """None where this person said no yes to many here; two questions, and one for names where something stayed."""
    yes = latest_yes(person, version, is_correction=is_correction)
    if yes is None:
        return None
    parts = list(yes.parts.values_list("said_at", "refused", "post__unit__name"))
    refused = [(reason, unit) for _at, reason, unit in parts if reason]
    return Carried(
        pk=yes.pk,
        done=sum(at is not None for at, _reason, _unit in parts) - len(refused),
        total=len(parts),
        is_open=yes.ended_at is None,
        is_begun=_is_begun(yes),
        is_stopped=yes.stopped_at is not None,
        stayed=by_reason(refused),
    )


def _is_begun(yes: SharedYes) -> bool:
    return yes.begins_at <= clock.now()


def by_reason(refused: Iterable[tuple[str, str]]) -> list[str]:
    """One sentence per reason, with the units that it is about, of (reason, unit's name)."""
    found: dict[str, list[str]] = {}
    for reason, unit in refused:
        found.setdefault(reason, []).append(unit)
    return [_("%(units)s: %(reason)s") % {"units": _named(units), "reason": reason} for reason, units in found.items()]


def _named(names: Sequence[str]) -> str:
    shown, more = "، ".join(names[:MOST_NAMED]), len(names) - MOST_NAMED
    return shown + (ngettext(" and %(n)s more", " and %(n)s more", more) % {"n": number(more)} if more > 0 else "")
