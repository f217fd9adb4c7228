"""A unit's answer beside the newer version: the facts before and now, what differs in words, and what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.core.calendar import number
from ravi.network.based_on import Conflict, FactChange, Merged, fact_changes, may_go_on, merged
from ravi.network.facts.check import visible
from ravi.network.models import Adoption, Message, Version
from ravi.network.pages.shorter import name_of
from ravi.network.pages.words import changes
from ravi.network.queries import answers_behind
from ravi.network.queries.based_on import is_repaired
from ravi.network.queries.version import facts_of
from ravi.network.rules import MessageState
from ravi.network.services.adoption import rendered, words_of
from ravi.platforms.compose import FULL
from ravi.publishing.draft import TITLE
from ravi.publishing.models import Post
from ravi.publishing.pages.diff import Difference, difference
from ravi.publishing.rules import PostState
from ravi.publishing.services import has_left

MOST_UNITS = 100


@dataclass(frozen=True)
class Behind:
    """Everything that the page of an offer says of an older answer."""

    number: int
    facts: tuple[FactChange, ...]
    words: Difference
    waits: bool
    may_go_on: bool
    has_left: bool
    of_repaired: bool = False


def behind(adoption: Adoption | None, newer: Version) -> Behind | None:
    """None where the answer is of this version and of its words as they are, says nothing, or was withdrawn."""
    if adoption is None or adoption.post is None or adoption.post.state == PostState.WITHDRAWN:
        return None
    of_repaired = adoption.version_id == newer.pk and is_repaired(adoption)
    if adoption.version_id == newer.pk and not of_repaired:
        return None
    facts = _facts(adoption.version, newer)
    return Behind(
        number=adoption.version.number,
        facts=facts,
        words=_repair(adoption, adoption.post) if of_repaired else changes(adoption.version, newer),
        waits=adoption.post.halted_at is not None,
        may_go_on=adoption.post.halted_at is not None and may_go_on(facts),
        has_left=has_left(adoption.post),
        of_repaired=of_repaired,
    )


def _repair(adoption: Adoption, post: Post) -> Difference:
    """From the unit's words to the translation as it is now: its earlier words stand nowhere else."""
    assert adoption.translation is not None  # it was repaired
    after = rendered(adoption.version, words_of(adoption.translation), adoption.translation.lang)
    return difference(f"{post.title}\n{post.text}", f"{after[TITLE]}\n{after[FULL]}")


def _facts(older: Version, newer: Version) -> tuple[FactChange, ...]:
    return fact_changes(facts_of(older), facts_of(newer), newer.lang)


def begun(adoption: Adoption | None, newer: Version) -> Merged:
    """What the form of the unit's own words begins with: its words of last time, around the newer facts."""
    if adoption is None or not adoption.parts:
        return Merged(words_of(newer), ())
    return merged(adoption.parts, words_of(adoption.version), words_of(newer))


@dataclass(frozen=True)
class Side:
    """One part that both have changed, with what headquarters changed in it."""

    name: str
    own: str
    theirs: Difference


def sides(found: Merged, adoption: Adoption | None, newer: Version) -> list[Side]:
    """The conflicts as people read them, facts in their places."""
    return [_side(one, adoption.version, newer) for one in found.conflicts] if adoption else []


def _side(one: Conflict, older: Version, newer: Version) -> Side:
    old, new = (
        visible(one.before, facts_of(older), older.lang).text,
        visible(one.after, facts_of(newer), newer.lang).text,
    )
    names = {TITLE: _("Title"), FULL: _("Text")}
    return Side(names.get(one.part) or str(name_of(one.part)), one.own, difference(old, new))


def note_of(post: Post) -> Mapping[str, Any] | None:
    """For the board of a unit's post: that its words are older, in the shape of core's `say`; None where they are not."""
    answer = Adoption.objects.filter(post=post).select_related("version", "offer__message__current").first()
    if answer is None or answer.ended_at is not None or post.state == PostState.WITHDRAWN:
        return None
    current = answer.offer.message.current
    if current is None:
        return None
    of_repaired = current.pk == answer.version_id and is_repaired(answer)
    if current.pk == answer.version_id and not of_repaired:
        return None
    said = {"old": number(answer.version.number), "new": number(current.number)}
    waits = post.halted_at is not None
    return {
        "state": "held" if waits else "unknown",
        "title": _("Its translation was repaired after the unit's answer")
        if of_repaired
        else _("Based on version %(old)s; headquarters is at version %(new)s") % said,
        "text": "" if of_repaired else current.what_changed,
        "url": post.words_at,
        "action": _("See the difference and decide"),
    }


def summary(message: Message) -> dict[str, Any] | None:
    """How many units are behind, for the page of the message; None where nobody is. One question."""
    if message.state != MessageState.OFFERED:
        return None
    listed = list(answers_behind(message))
    if not listed:
        return None
    waiting = sum(one.post is not None and one.post.halted_at is not None for one in listed)
    said = ngettext("%(n)s unit is based on an older version", "%(n)s units are based on an older version", len(listed))
    return {"title": said % {"n": number(len(listed))}, "waiting": waiting, "rows": rows(listed[:MOST_UNITS])}


def rows(listed: Sequence[Adoption]) -> list[dict[str, Any]]:
    """One line per unit."""
    return [
        {
            "offer_id": one.offer_id,
            "title": one.offer.message.title,
            "unit": one.offer.unit.name,
            "bead": "held" if one.post is not None and one.post.halted_at else "unknown",
            "said": _said(one),
        }
        for one in listed
    ]


def _said(answer: Any) -> str:
    if answer.of_repaired:
        if answer.post is not None and answer.post.halted_at is not None:
            return _("Based on a translation before its repair; its copies wait")
        return _("Based on a translation before its repair")
    said = {"n": number(answer.version.number)}
    if answer.post is not None and answer.post.halted_at is not None:
        return _("Based on version %(n)s; its copies wait") % said
    if answer.post is not None and answer.post.state == PostState.APPROVED:
        return _("Based on version %(n)s; approved") % said
    return _("Based on version %(n)s; not yet approved") % said
