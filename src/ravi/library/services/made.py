"""Keeps what Ravi itself drew: the same bytes for the same unit are one row, however often and at once they are asked for."""

from dataclasses import dataclass
from typing import Any

from django.db import DataError, OperationalError, transaction

from ravi.accounts.models import Person, Unit
from ravi.core import blob, clock
from ravi.library.drawing import Drawn
from ravi.library.errors import ImageRefused
from ravi.library.models import Media
from ravi.library.queries import hold_media
from ravi.library.rules import Making


@dataclass(frozen=True)
class Made:
    """What was drawn, and what is said of it."""

    drawn: Drawn
    making: Making
    recipe: dict[str, Any]
    alt_text: str
    shows_people: bool = False
    consent_reference: str = ""
    made_from: Media | None = None


def keep_made(made: Made, *, unit: Unit, by: Person) -> tuple[Media, bool]:
    """The row of these bytes, and whether it is new: only where the unit had none. Raises ImageRefused."""
    try:
        with transaction.atomic():
            if made.made_from and hold_media([made.made_from.pk]):
                raise ImageRefused("bytes_gone")  # erased while this was drawn: nothing of it comes back
            # Of two who make the same at once the second waits here, and finds what the first has kept.
            sha256 = blob.put(unit.institution_id, made.drawn.content, made.drawn.media_type)
            known = Media.objects.filter(unit=unit, sha256=sha256, made_as=made.making, erased_at=None).last()
            return (known, False) if known else (_create(made, sha256, unit, by), True)
    except (OperationalError, DataError) as error:
        raise ImageRefused("not_kept") from error


def _create(made: Made, sha256: str, unit: Unit, by: Person) -> Media:
    return Media.objects.create(
        institution_id=unit.institution_id,
        unit=unit,
        sha256=sha256,
        media_type=made.drawn.media_type,
        width=made.drawn.width,
        height=made.drawn.height,
        size_bytes=len(made.drawn.content),
        original_name=made.made_from.original_name if made.made_from else "",
        alt_text=made.alt_text,
        shows_people=made.shows_people,
        consent_reference=made.consent_reference,
        made_as=made.making,
        made_from=made.made_from,
        recipe=made.recipe,
        added_by=by,
        added_at=clock.now(),
    )
