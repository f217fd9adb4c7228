"""What the unit reads about an offer: until when, where it would stand, and what was answered; its words are `pages.words`."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.core import calendar, clock
from ravi.core.calendar import number
from ravi.network.corrected import Outcome
from ravi.network.models import Adoption, CorrectedAnswer, Message, Offer
from ravi.network.queries.correct_message import has_yes
from ravi.network.rules import AdoptionKind, MessageState, OfferState, is_answerable, is_late
from ravi.publishing.models import Post


def standing(offer: Offer, adoption: Adoption | None = None) -> tuple[str, str]:
    """Bead and words: how the offer stands for the unit."""
    if offer.message.state == MessageState.WITHDRAWN:
        return "cancelled", _("Headquarters withdrew it everywhere")
    if offer.state == OfferState.DECLINED:
        return "cancelled", _("You do not publish it")
    if offer.state in (OfferState.ADOPTED, OfferState.ADAPTED):
        same = offer.state == OfferState.ADOPTED
        if adoption and adoption.rule_id and adoption.post:
            return _standing_of(adoption.post, _("It was taken by itself"))
        said = _("You took the same text") if same else _("You took it in your own words")
        return _standing_of(adoption.post, said) if adoption and adoption.post else ("knot", said)
    if offer.state == OfferState.CLOSED or offer.message.state != MessageState.OFFERED:
        return "cancelled", _("Ended by headquarters")
    if offer.message.valid_until and offer.message.valid_until <= clock.now():
        return "missed", _("Its last day has passed")
    return "turn", deadline_words(offer)


def _standing_of(post: Post, said: str) -> tuple[str, str]:
    if post.state == Post.State.SUBMITTED:
        return "wait", _("%(said)s; it waits for approval") % {"said": said}
    if post.state == Post.State.RETURNED:
        return "unknown", _("%(said)s; it was sent back") % {"said": said}
    if post.state == Post.State.WITHDRAWN:
        return "cancelled", _("%(said)s, and withdrew it") % {"said": said}
    return "knot", said


def deadline_words(offer: Offer) -> str:
    """Until when an answer is expected: «تا امروز ساعت ۱۴:۰۰»."""
    if offer.deadline is None:
        return _("An answer is awaited")
    if is_late(offer.deadline, None, clock.now()):
        return _("The deadline has passed; you can still answer")
    moment = calendar.day_and_hour(offer.deadline, year=False)
    left = calendar.distance(offer.deadline, now=clock.now())
    return _("Answer until %(moment)s (%(left)s)") % {"moment": moment, "left": left}


def rows(offers: Sequence[Offer], answers: dict[int, Adoption]) -> list[dict[str, Any]]:
    """The list's lines; with several units in sight, each names its own."""
    units = {offer.unit_id for offer in offers}
    found = []
    for offer in offers:
        bead, said = standing(offer, answers.get(offer.pk))
        found.append(
            {
                "offer": offer,
                "title": offer.message.title or _("Without a title"),
                "bead": bead,
                "standing": said,
                "unit": offer.unit.name if len(units) > 1 else "",
                "is_new": offer.seen_at is None and offer.state == OfferState.OPEN,
            }
        )
    return found


def path(offer: Offer, channels: int, adoption: Adoption | None) -> list[dict[str, str]]:
    """From headquarters, to the unit, to its channels: where the thread has come."""
    many = ngettext("%(n)s channel", "%(n)s channels", channels) % {"n": number(channels)}
    return [
        {"kind": "done", "name": offer.message.unit.name},
        {"kind": "now" if adoption is None else "done", "name": offer.unit.name},
        {"kind": "", "name": many},
    ]


def is_open(offer: Offer, message: Message) -> bool:
    """Whether the page offers buttons."""
    return is_answerable(MessageState(message.state), OfferState(offer.state), message.valid_until, clock.now())


def spread_words(message: Message) -> str:
    """When copies of it go after the yes."""
    if not message.window_min:
        return _("It goes out as soon as it is approved.")
    return _("After the approval it goes out within %(n)s minutes, so that not all units speak in the same second.") % {
        "n": number(message.window_min)
    }


def withdrawn(offer: Offer) -> dict[str, Any] | None:
    """That headquarters took it back everywhere: who, when and why, as everybody of the unit reads it."""
    message = offer.message
    if message.state != MessageState.WITHDRAWN or message.ended_at is None:
        return None
    who = message.ended_by.name if message.ended_by else ""
    return {
        "said": _("%(who)s withdrew it everywhere, %(at)s")
        % {"who": who, "at": calendar.day_and_hour(message.ended_at, year=False)},
        "reason": message.withdrawal_reason,
    }


def correcting(corrected: CorrectedAnswer | None) -> dict[str, Any] | None:
    """What headquarters' correction of everything means for this unit: bead, sentence, the correction's own page."""
    if corrected is None or corrected.outcome == Outcome.NOTHING:
        return None
    url = reverse("publishing:board", args=[corrected.post_id]) if corrected.post_id else ""
    if corrected.outcome == Outcome.OWN_WORDS:
        return {
            "bead": "turn",
            "said": _("Headquarters corrects everywhere. Your own words need you: write them anew."),
        }
    if corrected.outcome == Outcome.TRANSLATION:
        return {"bead": "wait", "said": _("The correction of your copies waits for the translation.")}
    if corrected.outcome == Outcome.REFUSED:
        return {"bead": "failed", "said": corrected.why}
    if has_yes(corrected):
        return {"bead": "corrected", "said": _("Your copies are corrected to the new version."), "url": url}
    if corrected.post is not None and corrected.post.state == Post.State.RETURNED:
        return {"bead": "held", "said": _("The correction of your copies was sent back."), "url": url}
    return {"bead": "turn", "said": _("The correction of your copies waits for a yes."), "url": url}


def answer_words(adoption: Adoption) -> str:
    """What the unit answered, by whom and when."""
    if adoption.rule_id and adoption.by:
        told = {"who": adoption.by.name, "at": calendar.day_and_hour(adoption.at, year=False)}
        return _("It was taken by itself, by the rule of %(who)s, %(at)s.") % told
    said = {
        AdoptionKind.ADOPTED: _("Your unit publishes the same text."),
        AdoptionKind.ADAPTED: _("Your unit publishes it in its own words."),
        AdoptionKind.DECLINED: _("Your unit does not publish it."),
    }[AdoptionKind(adoption.kind)]
    return f"{said} {adoption.by.name if adoption.by else ''}، {calendar.day_and_hour(adoption.at, year=False)}"
