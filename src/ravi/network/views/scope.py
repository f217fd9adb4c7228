"""Finds the campaign, message or offer that an address names, among those that this person may know of."""

from datetime import timedelta

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from ravi.accounts.access import person_of
from ravi.accounts.models import Unit
from ravi.accounts.queries import headquarters, rights
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.network import queries
from ravi.network.models import Campaign, Message, Offer, Version


def visible_message(request: HttpRequest, pk: int) -> Message:
    """404 for a message of a unit or an institution out of sight."""
    return get_object_or_404(queries.messages_visible_to(person_of(request)), pk=pk)


def own_message(request: HttpRequest, pk: int) -> Message:
    """The same, for whoever writes it: 404 for everybody else."""
    message = visible_message(request, pk)
    if not queries.may_offer(person_of(request), message):
        raise Http404
    return message


def own_draft(request: HttpRequest, pk: int) -> tuple[Message, Version | None]:
    """The message with its open draft, or None where none is being written."""
    message = own_message(request, pk)
    return message, queries.draft_of(message)


def visible_campaign(request: HttpRequest, campaign_id: int) -> Campaign:
    """404 for a campaign out of sight."""
    return get_object_or_404(queries.campaigns_visible_to(person_of(request)), pk=campaign_id)


def issuing_unit(request: HttpRequest) -> Unit:
    """In whose name this person writes for the network: headquarters."""
    return headquarters(person_of(request).institution_id)


def may_write(request: HttpRequest) -> bool:
    """Whether this person writes for the network at all."""
    return rights(person_of(request)).may(Ability.OFFER_MESSAGE)


def just_begun(request: HttpRequest, title: str) -> Message | None:
    """The draft that the same form, sent twice within a minute, has already made."""
    since = clock.now() - timedelta(minutes=1)
    begun = Message.objects.filter(author=person_of(request), title=title, created_at__gte=since, state="draft")
    return begun.first()


def visible_offer(request: HttpRequest, pk: int) -> Offer:
    """404 for an offer to a unit or an institution out of sight."""
    offers = queries.offers_visible_to(person_of(request)).select_related("message__unit", "message__campaign")
    return get_object_or_404(offers, pk=pk)
