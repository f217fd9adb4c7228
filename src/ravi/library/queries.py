"""What other rooms may ask of images."""

from django.db.models import QuerySet

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.library.models import Media


def media_visible_to(person: Person) -> QuerySet[Media]:
    """Images of the units in sight."""
    return Media.objects.filter(institution_id=person.institution_id, unit_id__in=rights(person).units)
