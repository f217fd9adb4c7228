"""What becomes of a unit's offers when it ends: whoever takes its place finds what it has not answered."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.accounts.models import Person, Unit
from ravi.core import audit, clock
from ravi.core.calendar import number
from ravi.core.canonical import JSON
from ravi.network.models import Message, Offer
from ravi.network.rules import MessageState, OfferState
from ravi.network.services.auto_adoption import take_later
from ravi.network.services.telling import forget_asking, tell_soon


def foretell(unit: Unit, successor: Unit | None) -> list[str]:
    """In a sentence, or in none where nothing waits for the unit's answer."""
    count = _open(unit).count()
    if not count:
        return []
    said = {"n": number(count), "unit": successor.name if successor else ""}
    if successor is None:
        text = ngettext("%(n)s offer ends without an answer.", "%(n)s offers end without an answer.", count)
    else:
        text = ngettext(
            "%(n)s offer without an answer goes to %(unit)s.", "%(n)s offers without an answer go to %(unit)s.", count
        )
    return [text % said, _("What the unit has answered stays, with its copies.")]


def hold(unit: Unit) -> list[Offer]:
    """Nobody answers one of them, and no message of theirs gets another version, until the unit is closed."""
    ids = list(_open(unit).values_list("message", flat=True))
    list(Message.objects.select_for_update().filter(pk__in=ids).order_by("pk"))  # the message first, as everywhere
    return list(_open(unit).select_for_update(of=("self",)).order_by("pk"))


def follow(unit: Unit, successor: Unit | None, by: Person) -> None:
    """In the transaction that closes the unit: its open offers close, and stand before the successor."""
    waiting = list(
        _open(unit).select_related("message").select_for_update(of=("self", "message"), nowait=True).order_by("pk")
    )
    if not waiting:
        return
    closed = Offer.objects.filter(pk__in=[offer.pk for offer in waiting])
    closed.update(state=OfferState.CLOSED, closed_at=clock.now())
    forget_asking([offer.pk for offer in waiting], unit.institution_id)
    passed = _pass_on(waiting, successor) if successor is not None else 0
    facts: dict[str, JSON] = {"offers": len(waiting), "passed": passed, "unit": successor.pk if successor else None}
    audit.record("close_offers", by=by.pk, subject=unit, institution_id=unit.institution_id, facts=facts)


def _open(unit: Unit) -> QuerySet[Offer]:
    return Offer.objects.filter(unit=unit, state=OfferState.OPEN, message__state=MessageState.OFFERED)


def _pass_on(waiting: Sequence[Offer], successor: Unit) -> int:
    """Those that the successor does not have yet. It may be the issuing unit itself, which is offered nothing."""
    has = set(Offer.objects.filter(unit=successor).values_list("message_id", flat=True))
    theirs = [offer for offer in waiting if offer.message_id not in has and offer.message.unit_id != successor.pk]
    now = clock.now()
    made = Offer.objects.bulk_create(
        Offer(
            institution_id=offer.institution_id,
            message_id=offer.message_id,
            unit=successor,
            deadline=offer.deadline,
            offered_at=now,
        )
        for offer in theirs
    )
    for message in {offer.message for offer in theirs}:
        take_later(message)
        tell_soon(message)
    return len(made)
