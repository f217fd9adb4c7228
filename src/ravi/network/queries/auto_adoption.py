"""What units take by themselves, who says so, and which offers wait for such a rule."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import has_headed, open_units_visible_to, rights
from ravi.accounts.rules import Ability, RoleKind
from ravi.core import clock
from ravi.network.models import Adoption, AutoAdoption, Message, Offer
from ravi.network.rules import MessageKind, MessageState, OfferState


def headed_unit_ids(person: Person) -> frozenset[int]:
    """Units of which the person is the head, or the head of a unit above."""
    heading = [role for role in rights(person).roles if role.kind is RoleKind.UNIT_HEAD]
    return frozenset().union(*(role.reach for role in heading if role.gives(Ability.WRITE_POST)))


def units_headed(person: Person) -> QuerySet[Unit]:
    """Those that are not closed, in their order."""
    return open_units_visible_to(person).filter(pk__in=headed_unit_ids(person))


def auto_adoption_of(unit: Unit) -> AutoAdoption | None:
    """The rule that holds for the unit."""
    return AutoAdoption.objects.filter(unit=unit, ended_at=None).select_related("by").first()


def living_rules(message: Message) -> QuerySet[AutoAdoption]:
    """Rules that take messages of this kind."""
    living = AutoAdoption.objects.filter(ended_at=None)
    if message.kind == MessageKind.NOTICE:
        return living.filter(takes_notices=True)
    return living.filter(takes_alerts=True) if message.kind == MessageKind.ALERT else living.none()


def offers_to_take(message_id: int) -> QuerySet[Offer]:
    """Offers of the message to units that take it by themselves: unanswered ones, and those whose rule took an older version."""
    message = Message.objects.filter(pk=message_id, state=MessageState.OFFERED).first()
    if message is None:
        return Offer.objects.none()
    of_offer = Adoption.objects.filter(offer=OuterRef("pk"))
    older = Exists(of_offer.filter(ended_at=None, rule__isnull=False).exclude(version=message.current_id))
    is_new = Q(state=OfferState.OPEN) & ~Exists(of_offer) & Exists(living_rules(message).filter(unit=OuterRef("unit")))
    holds = Q(message__valid_until=None) | Q(message__valid_until__gt=clock.now())
    offers = Offer.objects.filter(holds, is_new | older, message=message)
    return offers.order_by("pk")


def void_rules() -> list[tuple[AutoAdoption, str]]:
    """Living rules that no longer hold, with why: their unit closed, or whoever said it does not head it any more."""
    found: list[tuple[AutoAdoption, str]] = []
    for rule in AutoAdoption.objects.filter(ended_at=None).select_related("unit"):
        if rule.unit.closed_at is not None:
            found.append((rule, AutoAdoption.EndChoice.UNIT_CLOSED))
        elif not has_headed(rule.by_id, rule.unit, rule.at):
            found.append((rule, AutoAdoption.EndChoice.RIGHT_LOST))
    return found
