"""Of which offers something is to be told now, and who answers for a unit."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ravi.accounts.models import Unit
from ravi.accounts.queries import serving_by_unit
from ravi.accounts.rules import Ability
from ravi.network.models import Offer, Reminder
from ravi.network.reminder import BEFORE, OLD, Step
from ravi.network.rules import MessageState, OfferState


def offers_to_remind(step: Step, now: datetime) -> QuerySet[Offer]:
    """Open offers whose step has come, unless it or a later one was told of this deadline; the most pressing first."""
    steps = list(BEFORE)
    told = Reminder.objects.filter(
        offer=OuterRef("pk"), deadline=OuterRef("deadline"), step__in=steps[: steps.index(step) + 1]
    )
    is_current = Q(message__valid_until=None) | Q(message__valid_until__gt=now)
    due = Offer.objects.filter(is_current, state=OfferState.OPEN, message__state=MessageState.OFFERED)
    due = due.filter(deadline__lte=now + BEFORE[step], deadline__gte=now - OLD)
    return due.filter(offered_at__lte=F("deadline") - BEFORE[step]).exclude(Exists(told)).order_by("deadline", "pk")


def told_of(offers: Collection[Offer], step: Step) -> set[int]:
    """Ids of those of which it was told meanwhile."""
    told = Reminder.objects.filter(offer__in=offers, step=step, deadline=F("offer__deadline"))
    return set(told.values_list("offer_id", flat=True))


def answerers_of(offers: Collection[Offer]) -> dict[int, frozenset[int]]:
    """Offer -> ids of those who answer for its unit: its own people, else those of the next unit above that has some."""
    serving = serving_by_unit(Ability.WRITE_POST)
    return {offer.pk: _nearest(offer.unit.path, serving) for offer in offers}


def units_with_nobody(units: Iterable[Unit]) -> list[Unit]:
    """Of these, the ones for which nobody could answer, neither of their own people nor of a unit above. One question."""
    serving = serving_by_unit(Ability.WRITE_POST)
    return [unit for unit in units if not _nearest(unit.path, serving)]


def _nearest(path: str, serving: Mapping[int, frozenset[int]]) -> frozenset[int]:
    places = [int(part) for part in path.split("/") if part]
    return next((serving[place] for place in reversed(places) if place in serving), frozenset())
