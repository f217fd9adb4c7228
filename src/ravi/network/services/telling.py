"""Units hear of what is offered to them: a notice for each offer, once, written by a side job soon after the offer is made."""

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse

from ravi.core import clock
from ravi.core.canonical import JSON
from ravi.core.jobs import defer
from ravi.network.models import Message, Offer
from ravi.network.queries.reminder import answerers_of
from ravi.network.rules import MessageKind, MessageState, OfferState
from ravi.notices.services import answer_all, tell_each
from ravi.publishing.services.asking import reached_each

# Of an offer that is answered or over nothing of this waits for anybody.
ASKING = ("offer_made", "offer_reminder")


def tell_soon(message: Message) -> None:
    """In the transaction that makes the offers. Each has a job of its own: one that waits in the line could begin before
    this transaction ends, and would not see them."""
    defer("network.tell_offers", institution_id=message.institution_id, message_id=message.pk)


@transaction.atomic
def tell_offers(message_id: int) -> int:
    """Tell of every open offer of the message of which nobody heard; how many. A few questions, however many units.

    Whoever answers at this moment waits: the message is held first, as everywhere. A unit that answered already hears nothing.
    """
    message = Message.objects.select_for_update().filter(pk=message_id, state=MessageState.OFFERED).first()
    if message is None:
        return 0
    offers = list(message.offers.filter(told_at=None, state=OfferState.OPEN).select_related("unit", "message"))
    people = reached_each(answerers_of(offers))
    tell_each(
        [(people[offer.pk], "offer_made", said_of(offer), page_of(offer)) for offer in offers],
        institution_id=message.institution_id,
    )
    Offer.objects.filter(pk__in=[offer.pk for offer in offers]).update(told_at=clock.now())
    return len(offers)


def forget_asking(offer_ids: Sequence[int], institution_id: int) -> None:
    """Nobody has to answer these any more: what waits for a quiet night's end is not sent either."""
    urls = [reverse("network:offer", args=[pk]) for pk in offer_ids]
    answer_all(ASKING, urls, institution_id=institution_id)


def page_of(offer: Offer) -> str:
    """Where it is answered."""
    return reverse("network:offer", args=[offer.pk])


def said_of(offer: Offer) -> dict[str, JSON]:
    """What the sentences of a notice about an offer need."""
    return {
        "title": offer.message.title,
        "unit": offer.unit.name,
        "until": offer.deadline.isoformat() if offer.deadline else "",
        "alert": offer.message.kind == MessageKind.ALERT,
    }
