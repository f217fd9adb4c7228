"""What of headquarters' own messages stands before the people who write them and look at them, and one yes
to many units, in one question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability, can_read
from ravi.network.facts.kinds import TRANSLATED
from ravi.network.models import Endorsement, Translation, Version
from ravi.network.queries.corrections_yes import corrections_awaiting
from ravi.network.queries.message import messages_visible_to, versions_awaiting
from ravi.network.queries.shared_yes import Shared, counted, unchanged_awaiting
from ravi.network.queries.translation import translations_judged
from ravi.network.rules import MessageState
from ravi.publishing.rules import Topic

MOST = 20


class Step(StrEnum):
    """What the words ask of the person."""

    LOOK = "look"
    READ = "read"
    OFFER = "offer"
    WRITE = "write"
    WAIT = "wait"


@dataclass(frozen=True)
class Words:
    """A version or a translation, and since when it stands there; `lang` is the translation's."""

    step: Step
    message_id: int
    title: str
    lang: str
    at: datetime


@dataclass(frozen=True)
class BeforeOffice:
    """What waits for the person's own yes, which of their drafts no unit has seen (the longest waiting first), and wherever
    one yes can be said to several units; `post_ids` are the posts of those."""

    to_look: Sequence[Words]
    drafts: Sequence[Words]
    unchanged: Sequence[Shared]
    corrections: Sequence[Shared]
    post_ids: frozenset[int]


def before_office(person: Person) -> BeforeOffice:
    """One question; none for who neither writes for the network nor says a yes."""
    mine = rights(person)
    parts = [_shared("unchanged", unchanged_awaiting(person)), _shared("corrections", corrections_awaiting(person))]
    if mine.may(Ability.APPROVE_HEALTH_POST):
        parts += [_versions(person), _translations(person)]
    if mine.may(Ability.OFFER_MESSAGE):
        parts.append(_drafts(person))
    rows = [Row(*row) for row in parts[0].union(*parts[1:], all=True)]
    rows.sort(key=lambda row: (-row.units, row.at.timestamp() if row.at else 0, row.pk))
    named = [Words(Step(row.part), row.pk, row.title, row.lang, row.at) for row in rows if row.at]
    own = {Step.OFFER, Step.WRITE, Step.WAIT}
    return BeforeOffice(
        to_look=[one for one in named if one.step not in own],
        drafts=[one for one in named if one.step in own],
        unchanged=[(row.pk, row.title, row.units) for row in rows if row.part == "unchanged"],
        corrections=[(row.pk, row.title, row.units) for row in rows if row.part == "corrections"],
        post_ids=frozenset(pk for row in rows for pk in row.posts),
    )


class Row(NamedTuple):
    """Words with their moment, or a version with the number of units and their posts."""

    part: str
    pk: int
    title: str
    lang: str
    at: datetime | None
    units: int
    posts: Sequence[int]


def _shared(part: str, answers: QuerySet[Any]) -> QuerySet[Any, Any]:
    nowhere = {"lang": _said(""), "at": Cast(Value(None), DateTimeField())}
    found = counted(answers).annotate(part=_said(part), posts=ArrayAgg("post_id"), **nowhere)
    told: QuerySet[Any, Any] = found.values_list("part", "version_id", "title", "lang", "at", "n", "posts")
    return told


def _named(words: QuerySet[Any], *names: str) -> QuerySet[Any, Any]:
    alone = {"n": Value(0), "posts": Value([], output_field=ArrayField(BigIntegerField()))}
    told: QuerySet[Any, Any] = words.annotate(**alone).values_list(*names, "n", "posts")[:MOST]
    return told


def _versions(person: Person) -> QuerySet[Any, Any]:
    named = versions_awaiting(person).annotate(step=_said(Step.LOOK), at=F("asked_at"))
    return _named(named, "step", "message_id", "title", "lang", "at")


def _translations(person: Person) -> QuerySet[Any, Any]:
    """Of the words that units have now, in languages that the person reads."""
    readable = [lang for lang in TRANSLATED if can_read(person.reads, lang)]
    messages = messages_visible_to(person).filter(state=MessageState.OFFERED, topic=Topic.HEALTH).order_by()
    waiting = translations_judged().filter(
        Q(is_endorsed=False),
        lang__in=readable,
        version=F("version__message__current"),
        version__message__in=messages.exclude(writers__person=person).values("pk"),
    )
    return _told(waiting.annotate(step=_said(Step.READ)))


def _told(waiting: QuerySet[Translation]) -> QuerySet[Any, Any]:
    named = waiting.order_by("at", "pk").annotate(of=F("version__message_id"), named=F("version__title"))
    return _named(named, "step", "of", "named", "lang", "at")


def _drafts(person: Person) -> QuerySet[Any, Any]:
    """Those that this person writes with; of health words, how far the expert's yes has come."""
    said = Endorsement.objects.filter(
        version=OuterRef("pk"), revision=OuterRef("revision"), content_hash=OuterRef("content_hash")
    )
    step = Case(
        When(Q(Exists(said)), then=_said(Step.OFFER)),
        When(message__topic=Topic.HEALTH, asked_at__isnull=False, then=_said(Step.WAIT)),
        default=_said(Step.WRITE),
    )
    open_ones = Version.objects.filter(
        issued_at=None,
        message__in=messages_visible_to(person).order_by().values("pk"),
        message__state__in=[MessageState.DRAFT, MessageState.OFFERED],
        message__writers__person=person,
    )
    named = open_ones.order_by("-edited_at", "pk").annotate(step=step, at=F("edited_at"))
    return _named(named, "step", "message_id", "title", "lang", "at")


def _said(word: str) -> Value:
    return Value(str(word), output_field=CharField())
