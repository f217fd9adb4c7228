"""A unit's answer to an offer: unchanged, in its own words around the same facts, or not at all."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import audit, clock
from ravi.core.canonical import JSON
from ravi.network.errors import AnsweredMeanwhile, FactsContradicted, MessageRefused, NewerVersion, NotNow
from ravi.network.facts.check import problems_of
from ravi.network.facts.reference import render
from ravi.network.models import Adoption, AutoAdoption, Message, Offer, Translation, Version
from ravi.network.queries.short_link import short_address, short_link_of
from ravi.network.queries.translation import usable_translations
from ravi.network.queries.version import facts_of
from ravi.network.rules import ANSWERED, LONGEST_REASON, AdoptionKind, spread_s
from ravi.network.sentences import sentences
from ravi.network.services import steps
from ravi.network.services.telling import forget_asking
from ravi.platforms.compose import FULL
from ravi.publishing import services as publishing
from ravi.publishing.draft import TITLE, DraftFields
from ravi.publishing.models import Post
from ravi.publishing.services import Submission


@dataclass(frozen=True)
class Answer:
    """What the person saw when they answered: the version, and the answer that stood then (None: none)."""

    version_id: int
    before: int | None = None


@dataclass(frozen=True)
class Adopted:
    """The answer, and what of it waits for a yes; None where it was given before."""

    adoption: Adoption
    submission: Submission | None


@transaction.atomic
def see_offer(offer: Offer, *, by: Person) -> None:
    """The unit has opened it; who did is kept nowhere. Only those who may answer count."""
    if offer.seen_at is None:
        steps.require_answerer(by, offer)
        Offer.objects.filter(pk=offer.pk, seen_at=None).update(seen_at=clock.now())


@transaction.atomic
def adopt_offer(
    offer: Offer,
    answer: Answer,
    *,
    channel_ids: Collection[int],
    by: Person,
    parts: Mapping[str, str] | None = None,
    with_link: bool | None = None,
    lang: str = "",
    rule: AutoAdoption | None = None,
) -> Adopted:
    """Publish the message on the unit's channels: unchanged, or with `parts` as the unit wrote them around the facts.

    `with_link` says whether the message's short address stands under it; None leaves that to the message. `lang` names
    a translation that units may be given; "" is the message's own language. `rule` is by what `by` said this before.
    The copies wait for the same yes as everything the unit writes. The same answer again is no second one.
    Raises PermissionDenied, NotNow, NewerVersion, AnsweredMeanwhile, MessageRefused, FactsContradicted, and what
    publishing refuses (PublishingRefused).
    """
    current, message = _taken(offer, by)
    version = _version(message, answer)
    wording = wording_of(version, lang)
    own = own_parts(wording, parts or {})
    kind = AdoptionKind.ADAPTED if own else AdoptionKind.ADOPTED
    link = _link(message, message.with_link if with_link is None else with_link)
    live = _live(current)
    if live and _is_same(live, kind, wording, own, link):
        return Adopted(live, None)
    check_own(wording, own)
    _replace(current, live, answer, by)
    post = _post(current, message, wording, own, channel_ids, by, link)
    adoption = _answer(current, version, kind, by, parts=own, post=post, translation=wording.translation, rule=rule)
    return Adopted(adoption, publishing.submit_post(post, by=by))


@transaction.atomic
def decline_offer(offer: Offer, answer: Answer, *, reason: str, by: Person) -> Adoption:
    """The unit does not publish it, and says why. Nobody has to allow it.

    Raises PermissionDenied, NotNow, NewerVersion, AnsweredMeanwhile, MessageRefused without a reason.
    """
    current, message = _taken(offer, by)
    version = _version(message, answer)
    said = reason.strip()
    if not said:
        raise MessageRefused(_("Say in a few words why not, so that headquarters can help or write it otherwise."))
    if len(said) > LONGEST_REASON:
        raise MessageRefused(_("Say it in fewer words."))
    live = _live(current)
    if live and live.kind == AdoptionKind.DECLINED and live.reason == said:
        return live
    _replace(current, live, answer, by)
    return _answer(current, version, AdoptionKind.DECLINED, by, reason=said)


def rendered(version: Version, parts: Mapping[str, str], lang: str = "") -> dict[str, str]:
    """The parts as they are published: each fact in its reference's place, as `lang` (else the version's) writes it."""
    facts = facts_of(version)
    return {name: render(text, facts, lang or version.lang).text for name, text in parts.items()}


def words_of(words: Version | Translation) -> dict[str, str]:
    """The parts with their references: what a unit adapts."""
    return {TITLE: words.title, FULL: words.text, **words.variants}


def words_in(version: Version, lang: str) -> Version | Translation:
    """The version itself, or its translation. Raises MessageRefused for one that units are not given."""
    if lang in ("", version.lang):
        return version
    found = usable_translations([version]).filter(lang=lang).first()
    if found is None:
        raise MessageRefused(_("This message does not stand in that language, or no expert has said yes to it yet."))
    return found


@dataclass(frozen=True)
class Wording:
    """Headquarters' words in the language that the unit chose."""

    version: Version
    lang: str
    parts: Mapping[str, str]
    translation: Translation | None

    @property
    def revision(self) -> int | None:
        """Of the translation, where it is one."""
        return self.translation.revision if self.translation else None


def wording_of(version: Version, lang: str) -> Wording:
    """Raises MessageRefused as `words_in` does."""
    words = words_in(version, lang)
    translation = words if isinstance(words, Translation) else None
    return Wording(version, words.lang, words_of(words), translation)


def as_published(wording: Wording, own: Mapping[str, str], **more: Any) -> DraftFields:
    """The post that an answer makes of the version's words and the unit's own around them."""
    words = rendered(wording.version, {**wording.parts, **own}, wording.lang)
    return DraftFields(
        title=words.pop(TITLE),
        text=words.pop(FULL),
        variants=words,
        lang=wording.lang,
        valid_until=wording.version.valid_until,
        as_typed=frozenset(wording.parts),
        **more,
    )


def _taken(offer: Offer, by: Person) -> tuple[Offer, Message]:
    """Both as they are now; the message is held first, as everywhere."""
    message = Message.objects.select_for_update().get(pk=offer.message_id)
    current = Offer.objects.select_for_update().get(pk=offer.pk)
    steps.require_answerer(by, current)
    steps.require_answerable(message, current)
    return current, message


def _version(message: Message, answer: Answer) -> Version:
    version = message.current
    assert version is not None  # offers are of issued messages
    if version.pk != answer.version_id:
        raise NewerVersion(version.number)
    return version


def _live(offer: Offer) -> Adoption | None:
    return Adoption.objects.filter(offer=offer, ended_at=None).select_related("by", "post").first()


def _is_same(adoption: Adoption, kind: AdoptionKind, wording: Wording, own: Mapping[str, str], link: str) -> bool:
    """Whether this answer stands already and is on its way."""
    post = adoption.post
    if post is None or post.state not in (Post.State.SUBMITTED, Post.State.APPROVED) or post.link != link:
        return False
    is_same_wording = adoption.version_id == wording.version.pk and post.lang == wording.lang
    is_same_wording &= adoption.translation_revision == wording.revision
    return adoption.kind == kind and adoption.parts == own and is_same_wording


def _link(message: Message, is_wanted: bool) -> str:
    """What stands under the words; it is part of every copy's hash, and so of the yes."""
    short_link = short_link_of(message) if is_wanted else None
    return short_address(short_link.code) if short_link else ""


def own_parts(wording: Wording, parts: Mapping[str, str]) -> dict[str, str]:
    """Those that differ from headquarters'; parts that it has not are none of the unit's business."""
    theirs = wording.parts
    plain = {name: text.replace("\r\n", "\n").replace("\x00", "") for name, text in parts.items() if name in theirs}
    return {name: text for name, text in plain.items() if text.strip() != theirs[name].strip()}


def check_own(wording: Wording, own: Mapping[str, str]) -> None:
    """Raises MessageRefused for an empty part, FactsContradicted for one that says another value than the facts."""
    if any(not text.strip() for text in own.values()):
        raise MessageRefused(_("A part of the message is empty. Write it, or leave headquarters' words."))
    facts = facts_of(wording.version)
    problems = problems_of(own, facts, wording.lang, without=frozenset({TITLE}))
    if problems:
        raise FactsContradicted(problems, sentences(problems, wording.lang))


def _replace(offer: Offer, live: Adoption | None, answer: Answer, by: Person) -> None:
    """End the answer that stood, if it is the one that was seen and nothing of it has gone out."""
    if (live.pk if live else None) != answer.before:
        raise AnsweredMeanwhile(live.by.name if live and live.by else "")
    if live is None:
        return
    if live.post is not None and live.post.state != Post.State.WITHDRAWN:
        if publishing.has_left(live.post):
            raise NotNow(_("Copies of your answer have already gone out. Withdraw them first."))
        publishing.withdraw_post(live.post, by=by)
    live.ended_at = clock.now()
    live.save(update_fields=["ended_at"])


def _post(
    offer: Offer,
    message: Message,
    wording: Wording,
    own: Mapping[str, str],
    channel_ids: Collection[int],
    by: Person,
    link: str,
) -> Post:
    fields = as_published(wording, own, link=link, topic=message.topic, channel_ids=frozenset(channel_ids))
    units = message.offers.values_list("unit_id", flat=True)
    spread = spread_s(message.pk, offer.unit_id, units, message.window_min)
    words_at = reverse("network:offer", args=[offer.pk])
    return publishing.start_post(offer.unit, fields, by=by, words_at=words_at, spread_s=spread)


def _answer(
    offer: Offer,
    version: Version,
    kind: AdoptionKind,
    by: Person,
    *,
    parts: Mapping[str, str] | None = None,
    post: Post | None = None,
    reason: str = "",
    translation: Translation | None = None,
    rule: AutoAdoption | None = None,
) -> Adoption:
    now = clock.now()
    adoption = Adoption.objects.create(
        institution_id=offer.institution_id,
        offer=offer,
        version=version,
        translation=translation,
        translation_revision=translation.revision if translation else None,
        kind=kind,
        reason=reason,
        parts=dict(parts or {}),
        post=post,
        by=by,
        rule=rule,
        at=now,
    )
    offer.state, offer.answered_at = ANSWERED[kind], now
    offer.seen_at = offer.seen_at if rule else offer.seen_at or now  # a rule sees nothing
    offer.save(update_fields=["state", "answered_at", "seen_at"])
    forget_asking([offer.pk], offer.institution_id)
    facts: dict[str, JSON] = {"answer": str(kind), "number": version.number, "posts": post.pk if post else None}
    facts["auto_adoption"] = rule.pk if rule else None
    audit.record("answer_offer", by=by.pk, subject=offer, institution_id=offer.institution_id, facts=facts)
    return adoption
