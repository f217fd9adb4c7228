"""What citizens may know of a message: its words as they hold now, what they rest on, and each version with its change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Q, QuerySet, When

from ravi.accounts.models import Institution
from ravi.core import clock
from ravi.network.draft import Source, sources_from_json
from ravi.network.facts.reference import render
from ravi.network.facts.values import LockedFact
from ravi.network.models import Adoption, Endorsement, Message, Translation, Version
from ravi.network.queries.correct_message import says_number
from ravi.network.queries.translation import usable_translations
from ravi.network.queries.version import facts_of
from ravi.network.rules import MessageState, Standing, needs_expert, standing_of

IS_WITHDRAWN = Q(state=MessageState.WITHDRAWN)
LAST_CHANGED = Case(When(IS_WITHDRAWN, then="ended_at"), default="current__issued_at").desc()


@dataclass(frozen=True)
class Said:
    """The words in one language, in the source form of `text.markup`, each fact in its reference's place."""

    lang: str
    title: str
    text: str


@dataclass(frozen=True)
class Step:
    """One issued version."""

    number: int
    issued_at: datetime
    what_changed: str


@dataclass(frozen=True)
class Trail:
    """A message as it stands in public. `said` begins with its own language; it is empty, as all that
    speaks for it, where the message was withdrawn."""

    code: str
    title: str
    lang: str
    topic: str
    standing: Standing
    at: datetime
    why: str
    said: tuple[Said, ...]
    facts: tuple[LockedFact, ...]
    sources: tuple[Source, ...]
    reviewed_at: datetime | None
    valid_until: datetime | None
    steps: tuple[Step, ...]

    @property
    def first_at(self) -> datetime:
        """When it was first issued."""
        return self.steps[-1].issued_at

    @property
    def changed_at(self) -> datetime:
        """When it last became what it is."""
        return max(self.at, self.steps[0].issued_at) if self.standing is Standing.WITHDRAWN else self.steps[0].issued_at


@dataclass(frozen=True)
class Answered:
    """A unit's post of the message, and which version its copies say."""

    post_id: int
    unit_id: int
    number: int


def messages_in_public(institution: Institution) -> QuerySet[Message]:
    """Those of which a version was issued, what changed last first; taking back is a change."""
    issued = Message.objects.filter(institution_id=institution.pk, current__isnull=False, short_link__isnull=False)
    return issued.select_related("current", "short_link").order_by(LAST_CHANGED, "-pk")


def messages_listed(institution: Institution) -> QuerySet[Message]:
    """The same, the withdrawn ones before all others: whoever saw one must find that at once."""
    place = Case(When(IS_WITHDRAWN, then=0), default=1)
    return messages_in_public(institution).order_by(place, LAST_CHANGED, "-pk")


def message_in_public(institution: Institution, code: str) -> Message | None:
    """The one of that code."""
    return messages_in_public(institution).filter(short_link__code=code.lower()).first()


def trails_of(messages: Sequence[Message], now: datetime | None = None) -> list[Trail]:
    """For messages of `messages_in_public`; four questions for any number of them."""
    ids, at = [message.pk for message in messages], now or clock.now()
    issued = Version.objects.filter(message_id__in=ids, issued_at__isnull=False)
    versions = list(issued.prefetch_related("facts").order_by("-number"))
    current = [version.pk for version in versions]
    yeses = Endorsement.objects.filter(version_id__in=current).order_by("at").values_list("version_id", "at")
    reviewed = dict(yeses)
    translated = list(
        usable_translations([message.current for message in messages if message.current]).order_by("lang")
    )
    return [
        _trail(
            message,
            [one for one in versions if one.message_id == message.pk],
            reviewed,
            [one for one in translated if one.version_id == message.current_id],
            at,
        )
        for message in messages
    ]


def answers_in_public(message: Message) -> list[Answered]:
    """The living answers that are published. One question."""
    living = Adoption.objects.filter(offer__message=message, ended_at=None, post__isnull=False)
    return [Answered(*row) for row in living.annotate(n=says_number()).values_list("post_id", "offer__unit_id", "n")]


def _trail(
    message: Message,
    versions: Sequence[Version],
    reviewed: dict[int, datetime],
    translated: Sequence[Translation],
    now: datetime,
) -> Trail:
    version = versions[0]
    standing = standing_of(MessageState(message.state), version.number, version.valid_until, now)
    is_gone = standing is Standing.WITHDRAWN
    facts = facts_of(version)
    return Trail(
        code=message.short_link.code,
        title=render(version.title, facts, version.lang).text,
        lang=version.lang,
        topic=message.topic,
        standing=standing,
        at=_since(message, version, standing),
        why=message.withdrawal_reason if is_gone else "",
        said=() if is_gone else (_said(version, facts), *(_said(one, facts) for one in translated)),
        facts=() if is_gone else facts,
        sources=() if is_gone else sources_from_json(version.sources),
        reviewed_at=reviewed.get(version.pk) if needs_expert(message.topic) and not is_gone else None,
        valid_until=version.valid_until,
        steps=tuple(_step(one) for one in versions),
    )


def _since(message: Message, version: Version, standing: Standing) -> datetime:
    if standing is Standing.EXPIRED and version.valid_until:
        return version.valid_until
    assert version.issued_at is not None  # only issued ones are asked for
    return (message.ended_at or version.issued_at) if standing is Standing.WITHDRAWN else version.issued_at


def _said(words: Version | Translation, facts: tuple[LockedFact, ...]) -> Said:
    title, text = (render(one, facts, words.lang).text for one in (words.title, words.text))
    return Said(words.lang, title, text)


def _step(version: Version) -> Step:
    assert version.issued_at is not None  # only issued ones are asked for
    return Step(version.number, version.issued_at, version.what_changed)
