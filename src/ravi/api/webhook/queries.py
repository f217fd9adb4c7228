"""Which addresses and calls a person sees, and what is due."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import open_units_visible_to, rights
from ravi.accounts.rules import Ability
from ravi.api.models import Webhook, WebhookCall
from ravi.api.webhook.rules import CallState


def living() -> QuerySet[Webhook]:
    """Addresses that nobody has ended."""
    return Webhook.objects.filter(ended_at=None)


def switched_on() -> QuerySet[Webhook]:
    """Those that hear of what happens."""
    return living().filter(off_why="")


def units_with_webhooks(person: Person) -> QuerySet[Unit]:
    """Open units whose addresses are this person's to set."""
    mine = rights(person)
    ids = [pk for pk in mine.units if mine.may(Ability.MANAGE_WEBHOOKS, pk)]
    return open_units_visible_to(person).filter(pk__in=ids)


def webhooks_visible_to(person: Person) -> QuerySet[Webhook]:
    """Living ones of those units."""
    mine = rights(person)
    ids = [pk for pk in mine.units if mine.may(Ability.MANAGE_WEBHOOKS, pk)]
    return living().filter(unit_id__in=ids).select_related("unit", "made_by")


def calls_visible_to(person: Person) -> QuerySet[WebhookCall]:
    """What was told to them, or was to be."""
    return WebhookCall.objects.filter(webhook__in=webhooks_visible_to(person)).select_related("webhook")


def reach_of(webhook: Webhook, paths: Iterable[tuple[int, str]]) -> frozenset[int]:
    """The ids of its unit and of all units under it, closed ones too."""
    return frozenset(pk for pk, path in paths if path.startswith(webhook.unit.path))


def due_webhooks(now: datetime) -> QuerySet[Webhook]:
    """Addresses that may be called now and have something to be told."""
    is_rested = Q(rest_until=None) | Q(rest_until__lte=now)
    waiting = WebhookCall.objects.filter(state=CallState.WAITING, next_at__lte=now).values("webhook_id")
    return switched_on().filter(is_rested, pk__in=waiting).order_by("pk")
