"""The unknown desk: which cases may be answered together, and what was found out by itself or by a person."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import calendar
from ravi.delivery.models import Delivery, LedgerEntry
from ravi.delivery.pages.copies import CopyOf, told
from ravi.delivery.queries import deliveries_visible_to, ledger_of
from ravi.delivery.rules import Action, State

MOST_FOUND = 20


@dataclass(frozen=True)
class Group:
    """Cases of one message on one platform, or of one channel: one look answers them all."""

    name: str
    count: int
    url: str


@dataclass(frozen=True)
class FoundOut:
    """One case that is closed: which copy, and who found out what."""

    copy: CopyOf
    said: str


def answered_by(person: Person) -> frozenset[int]:
    """The units whose unknown copies are this person's to answer; they may see those of others."""
    mine = rights(person)
    return frozenset(unit for unit in mine.units if mine.may(Ability.RESOLVE_UNKNOWN, unit))


def together(found: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Of the unknown cases those that one answer may settle: Ravi is not about to look itself, and nothing is taken back."""
    return found.filter(look_at=None).exclude(action=Action.DELETE)


def taken_out(ids: Collection[int]) -> int:
    """How many of these were kept back and are not sent, though nothing of them is there. One query."""
    return Delivery.objects.filter(pk__in=ids, stage=State.CANCELLED, is_kept_back=True).count()


def groups(copies: Iterable[CopyOf], found: QuerySet[Delivery]) -> list[Group]:
    """Where at least two cases stand together, of which one is among the shown `copies`. One query, over all cases."""
    counted = together(found).order_by().values_list("post_id", "platform").annotate(Count("pk"))
    counts = {(post, platform): count for post, platform, count in counted}
    by_post: dict[tuple[int, str], list[CopyOf]] = defaultdict(list)
    by_channel: dict[int, list[CopyOf]] = defaultdict(list)
    for copy in copies:
        if copy.automatic_look_at or copy.is_removal:
            continue
        by_post[copy.post_id, copy.platform].append(copy)
        by_channel[copy.channel_id].append(copy)
    made = [
        _group(counts[post, platform], f"{mine[0].title}، {mine[0].platform_name}", post=post, platform=platform)
        for (post, platform), mine in by_post.items()
        if counts.get((post, platform), 0) > 1
    ]
    made += [
        _group(len(mine), f"{mine[0].unit}، {mine[0].platform_name}", channel=channel)
        for channel, mine in by_channel.items()
        if len(mine) > 1
    ]
    return made


def found_out(person: Person, post_id: int) -> list[FoundOut]:
    """Copies of this message that were unknown and are not any more. Three queries."""
    closed = deliveries_visible_to(person).filter(post_id=post_id, unknown_at__isnull=False)
    listed = list(closed.exclude(state=State.UNKNOWN).order_by("-changed_at", "-pk")[:MOST_FOUND])
    if not listed:
        return []
    entries = ledger_of(listed).filter(before=State.UNKNOWN).order_by("pk")
    last = {entry.delivery_id: entry for entry in entries}
    return [
        FoundOut(copy, _found(last[copy.pk], is_removal=copy.is_removal)) for copy in told(listed) if copy.pk in last
    ]


def _group(count: int, name: str, **about: object) -> Group:
    return Group(name, count, f"{reverse('delivery:answers')}?{urlencode(about)}")


def _found(entry: LedgerEntry, *, is_removal: bool) -> str:
    said = {"hour": calendar.hour(entry.at)}
    if is_removal:
        return _removal_found(entry) % said
    if entry.by_id:
        found = {
            State.SENT: _("A person saw it there, at %(hour)s."),
            State.PENDING: _("A person did not find it; it went into line again at %(hour)s."),
            State.CANCELLED: _(
                "A person did not find it at %(hour)s; it is not sent: newer words are there, or it was withdrawn."
            ),
        }
        return found.get(State(entry.after), _("A person looked at %(hour)s.")) % said
    found = {
        State.SENT: _("Ravi found it by reading back, at %(hour)s."),
        State.PENDING: _("Ravi sent it again by itself at %(hour)s; the platform makes no second one of it."),
        State.CANCELLED: _(
            "Ravi did not find it at %(hour)s, and does not send it: newer words are there, or it was withdrawn."
        ),
        State.MISSED: _("Ravi read back at %(hour)s, did not find it, and its time had passed."),
    }
    if entry.cause == "read_back" and entry.after == State.PENDING:
        return _("Ravi read back at %(hour)s, did not find it, and sends it.") % said
    return found.get(State(entry.after), _("Ravi found out at %(hour)s.")) % said


def _removal_found(entry: LedgerEntry) -> str:
    if not entry.by_id:
        return _("Ravi removed it again by itself at %(hour)s; that does no harm.")
    if entry.after == State.SENT:
        return _("A person saw that it is gone, at %(hour)s.")
    return _("A person saw it still there; it was removed once more at %(hour)s.")
