"""The board of one message: one number, one sentence, what needs a person by cause, and the loom of all copies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.accounts.models import Person, Unit
from ravi.core import calendar
from ravi.core.calendar import number
from ravi.delivery import queries as ledger
from ravi.delivery.models import StopOrder
from ravi.delivery.pages import waits
from ravi.delivery.queries import CopyLine
from ravi.delivery.rules import TROUBLE, Scope
from ravi.directory.models import Channel
from ravi.directory.queries import channels_by_id
from ravi.publishing import queries
from ravi.publishing.models import Copy, Post
from ravi.publishing.pages import causes, loom, platforms
from ravi.publishing.pages.composer import group_name
from ravi.publishing.pages.loom import Bead
from ravi.publishing.rules import PostState

# Fewer receipts than this say nothing about the pace.
LEAST_RECEIPTS = 10
MOST_BRANCHES = 9
CAME_TO_NOTHING = frozenset({"failed", "missed"})


@dataclass(frozen=True)
class Line:
    """One copy with its channel: a delivery, or a copy that is blocked and never became one."""

    channel: Channel
    state: str
    code: str
    detail: str
    delivery: CopyLine | None
    tried: CopyLine | None = None  # a removal that came to nothing: the copy stands there still

    @property
    def way(self) -> str:
        """Where people see it: its own address, else its channel's; "" where neither is known."""
        return (self.delivery.link if self.delivery else "") or self.channel.link


class Board:
    """All that the page says about one post at `now`; the queries do not grow with the copies."""

    def __init__(self, post: Post, person: Person, *, now: datetime) -> None:
        self.post, self.person, self.now = post, person, now

    @cached_property
    def stops(self) -> list[StopOrder]:
        """The stops in force; a pause of another topic holds nothing of this message."""
        orders = ledger.active_stops(self.post.institution_id)
        return [order for order in orders if order.scope != Scope.TOPIC or order.key == self.post.topic]

    @cached_property
    def lines(self) -> list[Line]:
        """Every copy in the order of units, then of platforms."""
        rows = ledger.board([self.post.pk], now=self.now).get(self.post.pk, [])
        # The revision whose copies went out: a withdrawal counts the post's own revision on.
        last = Copy.objects.filter(post=self.post).order_by("-revision").values("revision")[:1]
        blocked = list(Copy.objects.filter(post=self.post, revision=Subquery(last)).exclude(problems=[]))
        ids = {row.channel_id for row in rows} | {copy.channel_id for copy in blocked}
        channels = channels_by_id(ids)
        made = [_line(row, tried, channels[row.channel_id]) for row, tried in _latest(rows)]
        made += [_blocked_line(copy, channels[copy.channel_id]) for copy in blocked]
        return sorted(made, key=lambda line: (line.channel.unit.sort_key, line.channel.unit_id))

    @cached_property
    def beads(self) -> list[Bead]:
        return [_bead(line) for line in self.lines]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        return loom.tally(self.beads)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def sent(self) -> int:
        return loom.summed(self.counts, loom.DONE)

    @property
    def going(self) -> int:
        return loom.summed(self.counts, loom.GOING)

    @property
    def needs(self) -> int:
        return loom.summed(self.counts, loom.NEEDS)

    @property
    def is_live(self) -> bool:
        """Whether the page should look again by itself: something is on its way, or due within the hour."""
        soon = self.now + timedelta(hours=1)
        return any(
            line.state in loom.GOING and (line.delivery is None or line.delivery.due_at <= soon) for line in self.lines
        )

    @cached_property
    def platform_keys(self) -> list[str]:
        return platforms.in_order(bead.platform for bead in self.beads)

    @property
    def platform_names(self) -> list[str]:
        return [platforms.name(key) for key in self.platform_keys]

    @cached_property
    def groups(self) -> list[loom.Group]:
        return loom.weave(self.beads, self.platform_keys, list(Unit.Kind.values))

    @property
    def unit_count(self) -> int:
        return sum(len(group.rows) for group in self.groups)

    @cached_property
    def waits(self) -> list[waits.Said]:
        """Why copies wait that should be on their way: the sender, a platform, or nobody knows."""
        off = waits.engine_off(self.now) if self.going else None
        said = waits.of_lines(line.delivery for line in self.lines if line.delivery)
        return [off, *said] if off else said

    def branches(self, *, may_act: bool) -> list[causes.Branch]:
        found = [causes.branch(cause, self.post, may_act=may_act) for cause in loom.causes(self.beads)]
        return found[:MOST_BRANCHES]

    def looms(self, show: str) -> list[dict[str, Any]]:
        """The groups in the shape of the loom part."""
        return [self._loom(group) for group in loom.only(self.groups, show)]

    def _loom(self, group: loom.Group) -> dict[str, Any]:
        rows = [
            {
                "name": row.name,
                "url": reverse("publishing:unit_board", args=[self.post.pk, row.unit_id]),
                "sent": row.sent,
                "all": row.total,
                "needs": row.needs,
                "cells": [self._cell(row, cell) for cell in row.cells],
            }
            for row in group.rows
        ]
        return {"id": group.key, "name": group_name(group.key), "rows": rows}

    def _cell(self, row: loom.Row, cell: loom.Cell) -> dict[str, str] | None:
        if cell.bead is None:
            return None
        url = ""
        if cell.needs:
            alone = len(cell.beads) == 1 and cell.bead.delivery_id is not None
            url = (
                reverse("delivery:delivery", args=[cell.bead.delivery_id])
                if alone
                else reverse("publishing:unit_board", args=[self.post.pk, row.unit_id])
            )
        return {"state": cell.bead.state, "platform": platforms.name(cell.platform), "url": url}

    def chips(self, show: str) -> list[dict[str, Any]]:
        """Which rows: all, those that need somebody, those on their way."""
        rows = [row for group in self.groups for row in group.rows]
        base = reverse("publishing:board", args=[self.post.pk])
        options = [
            ("", _("All"), len(rows)),
            ("needs", _("Needs somebody"), sum(row.needs for row in rows)),
            ("going", _("On its way"), sum(row.is_going for row in rows)),
        ]
        return [
            {"label": label, "count": count, "url": f"{base}?show={key}" if key else base, "is_current": key == show}
            for key, label, count in options
            if count or not key or key == show
        ]

    @property
    def legend(self) -> list[str]:
        """The states that stand in this loom, once each."""
        going = ("sent", "sent_by_hand", "sending", "pending", "held", "by_hand")
        order = (*going, "unknown", "missed", "failed", "blocked", "superseded", "cancelled")
        present = {"sending" if state == "claimed" else state for state in self.counts}
        return [state for state in order if state in present]

    @property
    def rest_sentence(self) -> str:
        """What the number leaves out."""
        parts = [self._going_sentence(), self._removing_sentence(), self._needs_sentence()]
        said = _(" and ").join(part for part in parts if part)
        if said:
            return f"{said}. {self._end_sentence()}".strip()
        return self._over_sentence()

    @cached_property
    def removing(self) -> int:
        """Copies whose removal is on its way."""
        return sum(
            line.state in loom.GOING and line.delivery is not None and line.delivery.action == "delete"
            for line in self.lines
        )

    def _going_sentence(self) -> str:
        going = self.going - self.removing
        if not going:
            return ""
        if not self.is_live and self.post.due_at:
            said = {"n": number(going), "when": calendar.day_and_hour(self.post.due_at, year=False)}
            return ngettext("%(n)s copy goes out %(when)s", "%(n)s copies go out %(when)s", going) % said
        return ngettext("%(n)s copy is on its way", "%(n)s copies are on their way", going) % {"n": number(going)}

    def _removing_sentence(self) -> str:
        if not self.removing:
            return ""
        return ngettext("%(n)s copy is being removed", "%(n)s copies are being removed", self.removing) % {
            "n": number(self.removing)
        }

    def _needs_sentence(self) -> str:
        if not self.needs:
            return ""
        return ngettext("%(n)s copy needs you", "%(n)s copies need you", self.needs) % {"n": number(self.needs)}

    def _end_sentence(self) -> str:
        end = self.expected_end
        return _("Done at about %(hour)s.") % {"hour": calendar.hour(end)} if end else ""

    @property
    def expected_end(self) -> datetime | None:
        """From the pace until now; None as long as it says nothing, or when it would be past midnight."""
        moments = sorted(line.delivery.sent_at for line in self.lines if line.delivery and line.delivery.sent_at)
        if not self.going or self.removing or not self.is_live or len(moments) < LEAST_RECEIPTS:
            return None
        pace_s = (self.now - moments[0]).total_seconds() / len(moments)
        end = max([self.now + timedelta(seconds=pace_s * self.going), *self._awaited])
        return end if end - self.now < timedelta(hours=12) else None

    @property
    def _awaited(self) -> list[datetime]:
        """Until when copies wait for something that no pace hastens."""
        copies = [line.delivery for line in self.lines if line.delivery and line.state in loom.GOING]
        return [copy.waits_until for copy in copies if copy.waiting_for in waits.SAID_OF_MANY and copy.waits_until]

    def _over_sentence(self) -> str:
        moments = sorted(line.delivery.sent_at for line in self.lines if line.delivery and line.delivery.sent_at)
        if self.post.state == PostState.WITHDRAWN:
            return _("This message was withdrawn.")
        if not moments:
            return ""
        first, last = calendar.day_and_hour(moments[0], year=False), calendar.hour(moments[-1])
        return _("From %(first)s to %(last)s.") % {"first": first, "last": last}

    @property
    def has_trouble(self) -> bool:
        """Whether some copy failed, was missed or is unknown, so that people must be told."""
        return loom.summed(self.counts, TROUBLE) > 0

    @property
    def has_left(self) -> bool:
        """Whether something of an approved message is out, or may be."""
        left = loom.DONE | {"claimed", "sending", "unknown"}
        return self.post.state == PostState.APPROVED and loom.summed(self.counts, left | {"superseded"}) > 0

    @property
    def may_withdraw(self) -> bool:
        return queries.may_withdraw(self.person, self.post, has_approved=getattr(self.post, "has_approved", None))


def _latest(rows: Iterable[CopyLine]) -> list[tuple[CopyLine, CopyLine | None]]:
    """One line per channel: the newest publish, or its removal unless that came to nothing; then it stands beside."""
    found: dict[int, CopyLine] = {}
    removals: dict[int, CopyLine] = {}
    for row in sorted(rows, key=lambda row: row.delivery_id):
        (removals if row.action == "delete" else found)[row.channel_id] = row
    return [_standing(row, removals.get(channel_id)) for channel_id, row in found.items()]


def _standing(row: CopyLine, removal: CopyLine | None) -> tuple[CopyLine, CopyLine | None]:
    if removal is None:
        return row, None
    return (row, removal) if removal.state in CAME_TO_NOTHING else (removal, None)


def _line(row: CopyLine, tried: CopyLine | None, channel: Channel) -> Line:
    return Line(channel, _shown_state(row), row.code, row.detail, row, tried)


def _shown_state(row: CopyLine) -> str:
    """The ledger's word; what was removed counts as taken out, and a person's hand is seen as one."""
    if row.action == "delete" and row.state == "sent":
        return "cancelled"
    if row.ask == "do_by_hand":
        return "by_hand"
    return "sent_by_hand" if row.by_hand and row.state == "sent" else str(row.state)


def _blocked_line(copy: Copy, channel: Channel) -> Line:
    detail = queries.copy_sentence(copy.problems[0], channel.platform, channel.adapter)
    return Line(channel, "blocked", str(copy.problems[0]["code"]), detail, None)


def _bead(line: Line) -> Bead:
    unit = line.channel.unit
    delivery_id = line.delivery.delivery_id if line.delivery else None
    is_looking = line.state == "unknown" and line.delivery is not None and line.delivery.automatic_look_at is not None
    code = loom.LOOKING if is_looking else line.code
    if line.state == "by_hand" and line.delivery is not None and line.delivery.action == "delete":
        code = loom.REMOVAL
    return Bead(unit.pk, unit.name, unit.kind, line.channel.platform, line.state, delivery_id, code, line.detail)


@dataclass(frozen=True)
class ByHand:
    """Copies of a withdrawn message that stand there still, with one reason why no program took them away."""

    text: str
    lines: Sequence[Line]


def by_hand(lines: Sequence[Line], post: Post) -> list[ByHand]:
    """What a person removes where it stands, by the reason: no door for it, no address, or the platform's refusal."""
    found: dict[tuple[str, str], list[Line]] = {}
    if post.state == PostState.WITHDRAWN:
        for line in lines:
            if line.state in loom.DONE and line.delivery and line.delivery.action == "publish":
                found.setdefault(causes.why_by_hand(line.delivery, line.tried), []).append(line)
    return [ByHand(causes.by_hand(*key), mine) for key, mine in sorted(found.items())]
