"""Which campaigns, messages and offers a person sees."""

from collections.abc import Collection

from django.db.models import F, Prefetch, Q, QuerySet

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.network.models import Campaign, Message, Offer, Version
from ravi.network.rules import MessageState
from ravi.publishing.rules import Topic


def campaigns_visible_to(person: Person) -> QuerySet[Campaign]:
    """Campaigns of the units in sight."""
    return Campaign.objects.filter(unit_id__in=rights(person).units).select_related("unit", "owner")


def messages_visible_to(person: Person) -> QuerySet[Message]:
    """Messages that units in sight issue; what is offered to a unit is an offer (`offers_visible_to`)."""
    return Message.objects.filter(unit_id__in=rights(person).units).select_related(
        "unit", "author", "campaign", "current"
    )


def offers_visible_to(person: Person) -> QuerySet[Offer]:
    """Offers to units in sight."""
    mine = Offer.objects.filter(unit_id__in=rights(person).units)
    return mine.select_related("unit", "message", "message__current")


def may_offer(person: Person, message: Message) -> bool:
    """Whether `person` writes and offers this message."""
    return rights(person).may(Ability.OFFER_MESSAGE, message.unit_id)


def versions_awaiting(person: Person) -> QuerySet[Version]:
    """Drafts that were sent to the health experts and wait for this one's yes."""
    if not rights(person).may(Ability.APPROVE_HEALTH_POST):
        return Version.objects.none()
    waiting = Version.objects.filter(
        issued_at=None,
        asked_at__isnull=False,
        message__unit_id__in=rights(person).units,
        message__topic=Topic.HEALTH,
        message__state__in=[MessageState.DRAFT, MessageState.OFFERED],
    )
    said = waiting.filter(endorsements__revision=F("revision")).values("pk")
    mine = waiting.filter(message__writers__person=person).values("pk")
    return waiting.exclude(pk__in=said).exclude(pk__in=mine).select_related("message").order_by("asked_at", "pk")


def messages_by_id(ids: Collection[int]) -> dict[int, Message]:
    """With their versions' numbers and hashes, whoever may see them; two questions."""
    brief = Version.objects.only("message_id", "number", "content_hash", "issued_at")
    return Message.objects.select_related("current").prefetch_related(Prefetch("versions", brief)).in_bulk(list(ids))


def offers_of_messages(message_ids: Collection[int], offer_ids: Collection[int]) -> list[Offer]:
    """All offers of these messages, and these offers."""
    return list(Offer.objects.filter(Q(message_id__in=message_ids) | Q(pk__in=offer_ids)))
