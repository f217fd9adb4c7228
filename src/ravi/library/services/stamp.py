"""Puts a unit's name on an image: a new image is made, the one below it stays as it is."""

from django.db import transaction

from ravi.accounts.access import require
from ravi.accounts.models import Person
from ravi.accounts.rules import Ability
from ravi.core import audit, blob
from ravi.core.calendar import number
from ravi.library.errors import ImageRefused
from ravi.library.lettered import letter_stamp
from ravi.library.models import Media
from ravi.library.rules import Making
from ravi.library.services.made import Made, keep_made
from ravi.library.stamp import SMALLEST_SIDE, Corner, is_too_small, stamp_of


@transaction.atomic
def stamp_image(media: Media, *, by: Person, corner: Corner = Corner.CALMEST) -> Media:
    """The image with its unit's name; one that has a name (a stamped one, a card) is given back as it is.

    Words, people and consent are those of the image below. Raises ImageRefused, PermissionDenied.
    """
    require(by, Ability.WRITE_POST, media.unit_id)
    if media.made_as in (Making.STAMPED, Making.CARD):
        return media
    _check(media)
    stamp = stamp_of(media.unit.name, media.unit.institution.name, corner)
    drawn = letter_stamp(blob.get(media.institution_id, media.sha256), stamp)
    made = Made(
        drawn,
        Making.STAMPED,
        stamp.recipe(),
        alt_text=media.alt_text,
        shows_people=media.shows_people,
        consent_reference=media.consent_reference,
        made_from=media,
    )
    stamped, is_new = keep_made(made, unit=media.unit, by=by)
    if is_new:
        facts = {"sha256": stamped.sha256, "unit": media.unit_id, "people": media.shows_people}
        audit.record("stamp_image", by=by.pk, subject=stamped, institution_id=media.institution_id, facts=facts)
    return stamped


def _check(media: Media) -> None:
    if media.is_video:
        raise ImageRefused("no_name_on_video")
    if media.erased_at:
        raise ImageRefused("bytes_gone")
    if is_too_small(media.width, media.height):
        raise ImageRefused("too_small_for_name", side=number(SMALLEST_SIDE))
