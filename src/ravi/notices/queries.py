"""What other rooms may ask of notices: whose they are, how many wait, and where a person is told."""

from collections.abc import Iterable

from django.db.models import QuerySet

from ravi.accounts.models import Person
from ravi.notices.models import Address, Dispatch, Notice


def notices_visible_to(person: Person) -> QuerySet[Notice]:
    """One's own notices: nobody reads another's, whatever their role."""
    return Notice.objects.filter(person=person)


def notices_of(person: Person) -> QuerySet[Notice]:
    """The person's notices, latest first."""
    return notices_visible_to(person)


def unread_count(person: Person) -> int:
    """How many the person has not seen."""
    return Notice.objects.filter(person=person, read_at=None).count()


def living_addresses(person: Person) -> QuerySet[Address]:
    """Where this person is told, or wants to be; nobody sees another's."""
    return Address.objects.filter(person=person, ended_at=None)


def last_dispatches(addresses: Iterable[Address]) -> dict[int, Dispatch]:
    """The latest message to each address that was tried. One query."""
    tried = Dispatch.objects.filter(address__in=list(addresses), tries__gt=0)
    return {one.address_id: one for one in tried.order_by("address", "-id").distinct("address")}
