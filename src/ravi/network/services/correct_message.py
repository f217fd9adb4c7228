"""Headquarters carries its newer version to every copy of the older ones: a correction for each unit's answer, each for a yes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.core.jobs import defer
from ravi.core.logs import log, told_exception
from ravi.network.corrected import Outcome, carried_over
from ravi.network.errors import FactsContradicted, MessageRefused, NetworkRefused, NewerVersion, NotNow, PostsLeft
from ravi.network.models import Adoption, CorrectedAnswer, Correction, Message, Offer, Translation, Version
from ravi.network.queries.correct_message import answers_to_correct, base_of, corrected_answer_of, correction_of
from ravi.network.queries.reminder import answerers_of
from ravi.network.rules import MessageAct, MessageState, OfferState, is_answerable
from ravi.network.services import steps
from ravi.network.services.adoption import Answer, Wording, as_published, check_own, own_parts, wording_of, words_of
from ravi.network.services.corrections_yes import ask_for_yes
from ravi.notices.services import answer as answer_notice
from ravi.notices.services import tell
from ravi.publishing import services as publishing
from ravi.publishing.draft import TITLE, DraftFields
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.models import Post
from ravi.publishing.queries import fields_of, open_correction
from ravi.publishing.queries.correction import latest_of
from ravi.publishing.queries.foreseen import standing_copies


@transaction.atomic
def correct_message(message: Message, *, version_id: int, by: Person, pins: bool = False) -> Correction:
    """Carry the version that was shown to every copy of the older ones; side jobs write the corrections, unit by unit.

    With `pins` what can only be answered is answered at the top of the channel, where the platform takes that. Asked for
    again, what could not be done before is tried again. Raises PermissionDenied, NotNow, NewerVersion.
    """
    current = steps.taken(message)
    steps.require_offerer(by, current.unit_id)
    steps.state_after(current, MessageAct.EDIT)
    version, now = current.current, clock.now()
    if version is None or version.number < 2:
        raise NotNow(_("There is no newer version. Write one and offer it to the units, then correct what is out."))
    if version.pk != version_id:
        raise NewerVersion(version.number)
    if version.valid_until is not None and version.valid_until <= now:
        raise NotNow(_("Its last day has passed, so nothing of it goes out any more. Withdraw the message instead."))
    begun = {"institution_id": current.institution_id, "by": by, "begun_at": now, "asked_at": now, "pins": pins}
    correction, is_new = Correction.objects.get_or_create(version=version, defaults=begun)
    if not is_new:
        correction.asked_at, correction.by, correction.pins = now, by, pins or correction.pins
        correction.save(update_fields=["asked_at", "by", "pins"])
    left = answers_to_correct(version).count()
    if left or is_new:
        steps.note("correct_message", current, by, {"number": version.number, "answers": left, "pins": correction.pins})
    _go_on(version)
    return correction


@transaction.atomic
def correct_next(version_id: int, *, past: int = 0) -> int:
    """Write the correction of the next answer, of those with a number above `past`; its number, 0 when none is left, or a newer
    version or a withdrawal came. Each is its own transaction, so that a process that dies goes on where it was; what nobody
    foresaw in one is written down, and it stays among those to correct."""
    correction = _living(version_id)
    if correction is None:
        return 0
    left = answers_to_correct(correction.version).filter(pk__gt=past)
    answer = left.select_related("offer", "post__unit").first()
    if answer is None:
        ask_for_yes(correction, correction.version.message)
        return 0
    try:
        with transaction.atomic():
            _keep(answer, correction.version, _made(answer, correction))
    except Exception as error:  # whatever one answer brings, the others are corrected
        log("correction_broke", answer=answer.pk, **told_exception(type(error), error.__traceback__))
    return answer.pk


def require_corrected(version_id: int) -> None:
    """Raises PostsLeft where the correction of some answer could not be written."""
    correction = _living(version_id)
    if correction is not None and (left := answers_to_correct(correction.version).count()):
        raise PostsLeft(left)


def _living(version_id: int) -> Correction | None:
    """With its message taken; None where a newer version or a withdrawal came."""
    correction = Correction.objects.select_related("version__message", "by").filter(version=version_id).first()
    if correction is None:
        return None
    message = steps.taken(correction.version.message)
    return correction if message.state == MessageState.OFFERED and message.current_id == version_id else None


@transaction.atomic
def take_up_translation(translation: Translation) -> None:
    """Units whose correction waited for these words get it now."""
    waiting = CorrectedAnswer.objects.filter(version=translation.version_id, outcome=Outcome.TRANSLATION)
    if waiting.exists():
        Correction.objects.filter(version=translation.version_id).update(asked_at=clock.now())
        _go_on(translation.version)


@transaction.atomic
def write_correction(offer: Offer, answer: Answer, *, parts: Mapping[str, str], by: Person) -> Post:
    """The unit corrects its copies itself, in its own words around the newer facts; what waits for a yes there gives way.

    Raises PermissionDenied, NotNow, NewerVersion, MessageRefused, FactsContradicted, and what publishing refuses.
    """
    message = steps.taken(offer.message)
    current = Offer.objects.select_for_update().get(pk=offer.pk)
    steps.require_answerer(by, current)
    if not is_answerable(MessageState(message.state), OfferState(current.state), message.valid_until, clock.now()):
        raise NotNow(_("This message is over: headquarters ended it, or its last day has passed."))
    version = message.current
    if version is None or version.pk != answer.version_id:
        raise NewerVersion(version.number if version else 0)
    mine = Adoption.objects.filter(offer=current, ended_at=None).select_related("offer", "post__unit").first()
    if mine is None or mine.post is None or mine.pk != answer.before or mine.version_id == version.pk:
        raise NotNow(_("There is nothing older of your unit that could be corrected."))
    wording = wording_of(version, base_of(mine).lang)
    own = own_parts(wording, parts)
    check_own(wording, own)
    correction = correction_of(version)
    made = _written(mine, wording, own, by, asks=True, pins=correction is not None and correction.pins)
    _keep(mine, version, made)
    answer_notice("correction_asked", _page(mine), institution_id=mine.institution_id)
    assert made.post is not None  # it was written, or refused with a sentence
    return made.post


@dataclass(frozen=True)
class _Made:
    """What came of one answer."""

    outcome: Outcome
    post: Post | None = None
    translation: Translation | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


def _made(answer: Adoption, correction: Correction) -> _Made:
    version = correction.version
    assert answer.post is not None  # only answers with an approved post are asked for
    if not standing_copies([answer.post.pk])[answer.post.pk]:
        return _Made(Outcome.NOTHING)
    base = base_of(answer)
    try:
        wording = wording_of(version, base.lang)
    except MessageRefused as refused:
        return _Made(Outcome.TRANSLATION, why=str(refused))
    own = carried_over(base.parts, words_of(base.translation or base.version), wording.parts)
    if own is None:
        return _Made(Outcome.OWN_WORDS)
    try:
        check_own(wording, own)
    except FactsContradicted as wrong:
        return _Made(Outcome.OWN_WORDS, why=str(wrong))
    try:
        with transaction.atomic():
            return _written(answer, wording, own, correction.by, asks=False, pins=correction.pins)
    except (PublishingRefused, NetworkRefused, PermissionDenied) as refused:
        return _Made(Outcome.REFUSED, why=str(refused))


def _written(
    answer: Adoption, wording: Wording, own: Mapping[str, str], by: Person, *, asks: bool, pins: bool
) -> _Made:
    post = answer.post
    assert post is not None  # as above
    fields = as_published(wording, own, link=post.link, topic=post.topic)
    waiting = open_correction(post.pk)
    if waiting is None and not asks and _says_already(post, fields):
        return _Made(Outcome.SAME)
    if waiting is not None:
        publishing.withdraw_post(waiting, by=by, by_keeper=True)
    made = publishing.correct_post(post, fields, by=by, words_at=_page(answer), pins=pins)
    publishing.submit_post(made, by=by, asks=asks)
    return _Made(Outcome.MADE, made, wording.translation, own)


def _says_already(post: Post, fields: DraftFields) -> bool:
    """Whether nothing that people read is another."""
    out = fields_of(latest_of(post))
    return {**out.parts, TITLE: out.title} == {**fields.parts, TITLE: fields.title}


def _keep(answer: Adoption, version: Version, made: _Made) -> None:
    row = {
        "institution_id": answer.institution_id,
        "outcome": made.outcome,
        "post": made.post,
        "translation": made.translation,
        "parts": dict(made.parts),
        "why": made.why,
        "at": clock.now(),
    }
    before = corrected_answer_of(answer, version)
    CorrectedAnswer.objects.update_or_create(version=version, adoption=answer, defaults=row)
    if made.outcome is Outcome.OWN_WORDS and (before is None or before.outcome != made.outcome):
        people = answerers_of([answer.offer])[answer.offer_id]
        said = {"title": version.title, "what": version.what_changed[:300]}
        tell(people, "correction_asked", said, _page(answer), institution_id=answer.institution_id)


def _page(answer: Adoption) -> str:
    return reverse("network:offer", args=[answer.offer_id])


def _go_on(version: Version) -> None:
    defer("network.correct", institution_id=version.institution_id, once=str(version.pk), version_id=version.pk)
