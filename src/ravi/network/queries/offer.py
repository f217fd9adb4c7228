"""What stands before a unit, the most urgent first, and what it answered."""

from collections.abc import Collection

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import INSTITUTION_WIDE, Ability
from ravi.core import clock
from ravi.network.models import Adoption, Offer
from ravi.network.queries.message import offers_visible_to
from ravi.network.rules import MessageState, OfferState, Priority


def offers_to_answer(person: Person) -> QuerySet[Offer]:
    """Open offers to units for which the person writes: alerts and high ones first, then by deadline."""
    urgency = Case(
        When(message__kind="alert", then=Value(0)),
        When(message__priority=Priority.HIGH, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return (
        _open(person).annotate(urgency=urgency).order_by("urgency", F("deadline").asc(nulls_last=True), "-offered_at")
    )


def offers_answered(person: Person) -> QuerySet[Offer]:
    """Those that are answered, closed or over, the latest first."""
    mine = offers_visible_to(person)
    return mine.exclude(pk__in=_open(person).values("pk")).order_by("-offered_at", "-pk")


def answering_unit_ids(person: Person) -> frozenset[int]:
    """Units for which the person answers: by a role in the unit or above it, never from headquarters for others."""
    writing = [role for role in rights(person).roles if role.gives(Ability.WRITE_POST)]
    return frozenset().union(*(role.reach for role in writing if role.kind not in INSTITUTION_WIDE))


def may_answer(person: Person, offer: Offer) -> bool:
    """Whether the answer is this person's to give."""
    return offer.unit_id in answering_unit_ids(person)


def answer_of(offer: Offer) -> Adoption | None:
    """The answer that stands."""
    standing = Adoption.objects.filter(offer=offer, ended_at=None)
    return standing.select_related("version", "translation", "post", "by").first()


def answers_of(offer_ids: Collection[int]) -> dict[int, Adoption]:
    """Offer id -> the answer that stands; one question."""
    standing = Adoption.objects.filter(offer_id__in=offer_ids, ended_at=None).select_related("post", "version")
    return {one.offer_id: one for one in standing}


def _open(person: Person) -> QuerySet[Offer]:
    is_current = Q(message__valid_until=None) | Q(message__valid_until__gt=clock.now())
    return offers_visible_to(person).filter(
        is_current, unit_id__in=answering_unit_ids(person), state=OfferState.OPEN, message__state=MessageState.OFFERED
    )
