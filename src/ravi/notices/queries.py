"""What other rooms may ask of notices: whose they are and how many wait."""

from django.db.models import QuerySet

from ravi.accounts.models import Person
from ravi.notices.models import Notice


def notices_visible_to(person: Person) -> QuerySet[Notice]:
    """One's own notices: nobody reads another's, whatever their role."""
    return Notice.objects.filter(person=person)


def notices_of(person: Person) -> QuerySet[Notice]:
    """The person's notices, latest first."""
    return notices_visible_to(person)


def unread_count(person: Person) -> int:
    """How many the person has not seen."""
    return Notice.objects.filter(person=person, read_at=None).count()
