"""The only writer of images: draws each anew, keeps its bytes by their hash, asks for words and consent."""

from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import File
from django.db import DataError, OperationalError, transaction

from ravi.accounts.access import require
from ravi.accounts.models import Person, Unit
from ravi.accounts.rules import Ability
from ravi.core import audit, blob, clock
from ravi.core.pictures import PictureRefused
from ravi.library.drawing import redraw
from ravi.library.errors import AlreadyHere, ImageRefused, MediaRefused
from ravi.library.models import Media
from ravi.library.queries import twin_in
from ravi.library.rules import MAX_BYTES, image_format, needs_consent


def add_image(
    upload: "File[Any]",
    *,
    unit: Unit,
    by: Person,
    alt_text: str,
    shows_people: bool,
    consent_reference: str = "",
) -> Media:
    """Keep an image for posts of `unit`. Raises ImageRefused with a sentence (AlreadyHere with the one that the unit has
    already), PermissionDenied."""
    require(by, Ability.WRITE_POST, unit.pk)
    _check_words(alt_text, shows_people, consent_reference)
    drawn = redraw(read_image(upload))
    try:
        with transaction.atomic():
            digest = blob.put(unit.institution_id, drawn.content, drawn.media_type)
            # Whoever brings the same bytes in this moment waits for the line above, so that only one of them is new.
            if twin := twin_in(unit, digest):
                raise AlreadyHere(twin)
            media = Media.objects.create(
                institution_id=unit.institution_id,
                unit=unit,
                sha256=digest,
                media_type=drawn.media_type,
                width=drawn.width,
                height=drawn.height,
                size_bytes=len(drawn.content),
                original_name=plain_name(upload.name or ""),
                alt_text=alt_text.strip(),
                shows_people=shows_people,
                consent_reference=consent_reference.strip(),
                added_by=by,
                added_at=clock.now(),
            )
    except (OperationalError, DataError) as error:
        raise ImageRefused("not_kept") from error
    facts = {"sha256": media.sha256, "unit": unit.pk, "people": shows_people}
    audit.record("add_image", by=by.pk, subject=media, institution_id=unit.institution_id, facts=facts)
    return media


def edit_image(media: Media, *, by: Person, alt_text: str, shows_people: bool, consent_reference: str = "") -> None:
    """Other words for the same image; copies that were frozen keep theirs. Raises ImageRefused, PermissionDenied."""
    require(by, Ability.WRITE_POST, media.unit_id)
    if media.erased_at is not None:
        raise MediaRefused("erased")
    _check_words(alt_text, shows_people, consent_reference)
    media.alt_text, media.shows_people = alt_text.strip(), shows_people
    media.consent_reference = consent_reference.strip()
    media.save(update_fields=["alt_text", "shows_people", "consent_reference"])
    facts = {"sha256": media.sha256, "people": shows_people}
    audit.record("edit_image", by=by.pk, subject=media, institution_id=media.institution_id, facts=facts)


def draw_evidence(upload: "File[Any]") -> tuple[bytes, str]:
    """For rooms that keep a picture as evidence (core.pictures): drawn anew as every other. Raises PictureRefused."""
    try:
        drawn = redraw(read_image(upload))
    except ImageRefused as refused:
        raise PictureRefused(str(refused)) from refused
    return drawn.content, drawn.media_type


def _check_words(alt_text: str, shows_people: bool, consent_reference: str) -> None:
    if not alt_text.strip():
        raise ImageRefused("no_alt_text")
    if needs_consent(shows_people, consent_reference):
        raise ImageRefused("no_consent")


def read_image(upload: "File[Any]") -> bytes:
    """The bytes of an upload that begins like an image. Raises ImageRefused."""
    if upload.size > MAX_BYTES:
        raise ImageRefused("too_large")
    try:
        upload.seek(0)
        content: bytes = upload.read()
    except OSError as error:
        raise ImageRefused("not_kept") from error
    if image_format(content[:16]) is None:
        raise ImageRefused("not_an_image")
    return content


def plain_name(name: str) -> str:
    """The last part of a file's name, without signs that cannot be seen."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(letter for letter in last if letter.isprintable())[:200]
