"""What other rooms may ask of images."""

from collections.abc import Collection

from django.db.models import QuerySet

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.library.models import Media


def media_by_id(ids: Collection[int]) -> dict[int, Media]:
    """None, and no question, for no ids."""
    return Media.objects.in_bulk(ids)


def media_by_hash(hashes: Collection[str]) -> dict[str, Media]:
    """The images with these bytes; none, and no question, for no hashes."""
    return {media.sha256: media for media in Media.objects.filter(sha256__in=hashes)} if hashes else {}


def media_visible_to(person: Person) -> QuerySet[Media]:
    """Images of the units in sight."""
    return Media.objects.filter(institution_id=person.institution_id, unit_id__in=rights(person).units)
