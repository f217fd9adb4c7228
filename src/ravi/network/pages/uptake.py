"""The uptake board: one number, one sentence, what of it to show, and every unit's thread with a bead per channel."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ravi.accounts.models import Unit
from ravi.core.beads import MARKS
from ravi.core.calendar import number
from ravi.directory.names import platform_name
from ravi.network.models import Message
from ravi.network.queries.uptake import Line, Row
from ravi.network.rules import AdoptionKind
from ravi.network.uptake import OUT, UNANSWERED, WAITS_FOR_YES, Uptake, counted, of_unit
from ravi.publishing.pages.platforms import in_order

PER_PAGE = 60
# State -> its bead (core.beads) and its word.
LOOKS: Mapping[Uptake, tuple[str, str | Promise]] = {
    Uptake.NOT_SEEN: ("pending", gettext_lazy("Not seen")),
    Uptake.SEEN: ("turn", gettext_lazy("Seen, no answer")),
    Uptake.LATE: ("unknown", gettext_lazy("Late")),
    Uptake.DECLINED: ("cancelled", gettext_lazy("Does not publish it")),
    Uptake.ADOPTED: ("knot", gettext_lazy("Taken, waits for approval")),
    Uptake.ADAPTED: ("node", gettext_lazy("In its own words, waits for approval")),
    Uptake.RETURNED: ("held", gettext_lazy("Sent back to the unit")),
    Uptake.WAITS: ("held", gettext_lazy("Waits: there is a newer version")),
    Uptake.APPROVED: ("sending", gettext_lazy("Approved, on its way")),
    Uptake.SCHEDULED: ("wait", gettext_lazy("Scheduled")),
    Uptake.PUBLISHED: ("sent", gettext_lazy("Published")),
    Uptake.CORRECTED: ("corrected", gettext_lazy("Corrected")),
    Uptake.UNKNOWN: ("unknown", gettext_lazy("Not known whether it went")),
    Uptake.FAILED: ("failed", gettext_lazy("Not published")),
    Uptake.BLOCKED: ("blocked", gettext_lazy("Does not fit there")),
    Uptake.MISSED: ("missed", gettext_lazy("Its time has passed")),
    Uptake.WITHDRAWN: ("superseded", gettext_lazy("Withdrawn")),
    Uptake.CLOSED: ("cancelled", gettext_lazy("Ended without an answer")),
}
_GOING = UNANSWERED | WAITS_FOR_YES | {Uptake.RETURNED, Uptake.WAITS, Uptake.APPROVED}


@dataclass(frozen=True)
class Chosen:
    """What of the board is asked for: units of one region, of one kind, in one state; "" and None are all."""

    region: int | None = None
    kind: str = ""
    state: str = ""

    def query(self, state: str | None = None) -> str:
        """As the end of an address, with another state where one is given; page one again."""
        asked = {"region": self.region, "kind": self.kind, "state": self.state if state is None else state}
        kept = {name: value for name, value in asked.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


class Board:
    """All that the page says of one message at `now`; `regions` are units that have others under them, `nobody` those
    whose answer nobody could give."""

    def __init__(
        self,
        message: Message,
        rows: Sequence[Row],
        regions: Mapping[int, Unit],
        chosen: Chosen,
        *,
        now: datetime,
        nobody: Sequence[Unit] = (),
    ) -> None:
        self.nobody = nobody
        self.message, self.all_rows, self.regions, self.now = message, rows, regions, now
        is_kind, is_state = chosen.kind in set(Unit.Kind.values), chosen.state in set(Uptake)
        region = chosen.region if chosen.region in regions else None
        self.chosen = Chosen(region, chosen.kind if is_kind else "", chosen.state if is_state else "")

    @cached_property
    def rows(self) -> list[Row]:
        """Those of the region and the kind, whatever their state."""
        region = self.regions.get(self.chosen.region or 0)
        return [
            row
            for row in self.all_rows
            if (region is None or row.unit.path.startswith(region.path)) and self.chosen.kind in ("", row.unit.kind)
        ]

    @cached_property
    def shown(self) -> list[Row]:
        """Of those, what is in the state that was asked for; units of one kind together."""
        kinds = list(Unit.Kind.values)
        found = [row for row in self.rows if self.chosen.state in ("", row.state)]
        return sorted(found, key=lambda row: kinds.index(row.unit.kind))

    def page(self, asked: str | None) -> Page[Row]:
        return Paginator(self.shown, PER_PAGE).get_page(asked)

    @cached_property
    def counts(self) -> dict[Uptake, int]:
        """State -> units."""
        return counted([row.state for row in self.rows])

    @property
    def lines(self) -> list[Line]:
        return [line for row in self.rows for line in row.lines]

    @cached_property
    def beads(self) -> dict[str, int]:
        """Copies by the bead of their state, for the strand; marks count as what waits."""
        found = Counter(_bead(line.state) for row in self.rows if row.copies for line in row.lines)
        return dict(found)

    @property
    def units(self) -> int:
        return len(self.rows)

    @property
    def out(self) -> int:
        """Units whose copies all stand there."""
        return sum(self.counts.get(state, 0) for state in OUT)

    @property
    def copies(self) -> int:
        """How many copies the answers make."""
        return sum(row.copies for row in self.rows)

    @property
    def unchanged(self) -> int:
        """How many of them say headquarters' words."""
        return sum(row.copies for row in self.rows if row.kind is AdoptionKind.ADOPTED)

    @property
    def rest_sentence(self) -> str:
        """What the number leaves out, the most pressing first; "" when nothing is left."""
        late, not_seen, seen = (self.counts.get(one, 0) for one in (Uptake.LATE, Uptake.NOT_SEEN, Uptake.SEEN))
        waiting = sum(self.counts.get(state, 0) for state in WAITS_FOR_YES)
        said = (
            (late, ngettext("%(n)s unit is late", "%(n)s units are late", late)),
            (not_seen, ngettext("%(n)s has not seen it", "%(n)s have not seen it", not_seen)),
            (seen, ngettext("%(n)s has not answered", "%(n)s have not answered", seen)),
            (waiting, ngettext("%(n)s waits for approval", "%(n)s wait for approval", waiting)),
        )
        parts = [text % {"n": number(n)} for n, text in said if n]
        return f"{_(', ').join(parts)}." if parts else ""

    @property
    def unchanged_sentence(self) -> str:
        """«۲۹۵ نسخه از ۳۶۰ نسخه همان متن ستاد است (۸۲٪).»; "" before the first copy."""
        if not self.copies:
            return ""
        share = number(round(100 * self.unchanged / self.copies))
        text = ngettext(
            "%(same)s of %(all)s copy says your words unchanged (%(share)s%%).",
            "%(same)s of %(all)s copies say your words unchanged (%(share)s%%).",
            self.copies,
        )
        return text % {"same": number(self.unchanged), "all": number(self.copies), "share": share}

    @property
    def by_rule_sentence(self) -> str:
        """How many units were asked nothing, since their heads had said so before; "" for none."""
        count = sum(row.is_by_rule for row in self.rows)
        text = ngettext("%(n)s unit took it by itself.", "%(n)s units took it by themselves.", count)
        return text % {"n": number(count)} if count else ""

    @property
    def outdated(self) -> int:
        """Units whose answer rests on an older version."""
        return sum(row.is_outdated for row in self.rows)

    @property
    def nobody_sentence(self) -> str:
        """«۳ واحد کسی ندارند که پاسخ دهد»; "" where each has somebody."""
        text = ngettext(
            "%(n)s unit has nobody who could answer", "%(n)s units have nobody who could answer", len(self.nobody)
        )
        return text % {"n": number(len(self.nobody))} if self.nobody else ""

    @property
    def is_live(self) -> bool:
        """Whether the page should look again by itself: an answer or a yes is awaited, or a copy is due within the hour."""
        soon = self.now + timedelta(hours=1)
        return bool(_GOING & self.counts.keys()) or any(
            line.state in _GOING or (line.due_at is not None and line.due_at <= soon) for line in self.lines
        )

    @cached_property
    def platform_keys(self) -> list[str]:
        return in_order(line.platform for row in self.all_rows for line in row.lines)

    @property
    def platform_names(self) -> list[str]:
        return [platform_name(key) for key in self.platform_keys]

    @property
    def address(self) -> str:
        return reverse("network:uptake", args=[self.message.pk])

    @property
    def chips(self) -> list[dict[str, Any]]:
        """The states, each with how many units; together they are all."""
        empty = {Uptake(self.chosen.state): 0} if self.chosen.state else {}
        every = self._chip("", "", _("All"), self.units)
        return [every] + [self._chip(str(one), *LOOKS[one], count) for one, count in (empty | self.counts).items()]

    def _chip(self, state: str, bead: str, label: str | Promise, count: int) -> dict[str, Any]:
        url, is_current = self.address + self.chosen.query(state), state == self.chosen.state
        return {"bead": bead, "label": label, "count": count, "url": url, "is_current": is_current}

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The kinds that are there; none to choose from when there is but one."""
        found = [(kind, str(Unit.Kind(kind).label)) for kind in Unit.Kind.values]
        mine = {row.unit.kind for row in self.all_rows}
        return [(kind, label) for kind, label in found if kind in mine] if len(mine) > 1 else []

    @property
    def legend(self) -> list[tuple[str, str]]:
        """Bead and word of what stands in the loom beside the states of units, which the chips name."""
        found = counted([line.state for line in self.lines])
        return [(LOOKS[state][0], str(LOOKS[state][1])) for state in found if state not in self.counts]

    def looms(self, rows: Iterable[Row]) -> list[dict[str, Any]]:
        """The rows of a page by kind, in the shape of the template."""
        groups: dict[str, list[Row]] = {}
        for row in rows:
            groups.setdefault(row.unit.kind, []).append(row)
        return [
            {"id": kind, "name": Unit.Kind(kind).label, "rows": [self._row(row) for row in mine]}
            for kind, mine in groups.items()
        ]

    def _row(self, row: Row) -> dict[str, Any]:
        bead, word = LOOKS[row.state]
        return {
            "name": row.unit.name,
            "url": reverse("network:offer", args=[row.offer_id]),
            "bead": bead,
            "word": word,
            "version": row.version if row.is_outdated else None,
            "cells": [_cell(platform, row.lines) for platform in self.platform_keys],
        }


def _cell(platform: str, lines: Sequence[Line]) -> dict[str, str] | None:
    """The bead of a unit's channels on one platform: of several, that of the hindmost."""
    mine = [line.state for line in lines if line.platform == platform]
    if not mine:
        return None
    bead, word = LOOKS[of_unit(mine, mine[0])]
    return {"bead": bead, "word": str(word)}


def _bead(state: Uptake) -> str:
    bead = LOOKS[state][0]
    return "pending" if bead in MARKS else bead


def parents_of(rows: Iterable[Row]) -> set[int]:
    """Ids of the units, below headquarters, that stand above some of these."""
    return {int(part) for row in rows for part in row.unit.path.split("/")[1:-2] if part}
