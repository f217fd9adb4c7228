"""The only writer of videos: makes each anew, keeps it with its picture and its captions, asks for words and consent."""

from typing import Any

from django.core.files.base import File
from django.db import DataError, OperationalError, transaction

from ravi.accounts.access import require
from ravi.accounts.models import Person, Unit
from ravi.accounts.rules import Ability
from ravi.core import audit, blob, clock
from ravi.library import captions
from ravi.library.drawing import redraw
from ravi.library.errors import ImageRefused
from ravi.library.models import Media
from ravi.library.queries import hold_media, twin_in
from ravi.library.rules import needs_consent
from ravi.library.services.image import plain_name, read_image
from ravi.library.video_errors import CaptionsRefused, VideoAlreadyHere, VideoRefused
from ravi.library.video_remaking import Remade, remake, still

VIDEO, PICTURE, CAPTIONS = "video/mp4", "image/jpeg", "text/vtt"


def add_video(
    upload: "File[Any]",
    *,
    unit: Unit,
    by: Person,
    alt_text: str,
    shows_people: bool,
    consent_reference: str = "",
    captions_file: "File[Any] | None" = None,
    captions_lang: str = "",
    picture: "File[Any] | None" = None,
) -> Media:
    """Keep a video for posts of `unit`. Raises VideoRefused with a sentence (VideoAlreadyHere with the one that the unit
    has already), PermissionDenied."""
    require(by, Ability.WRITE_POST, unit.pk)
    _check_words(alt_text, shows_people, consent_reference)
    cues = _cues(captions_file, captions_lang) if captions_file else []
    drawn = _drawn(picture) if picture else b""
    made = remake(upload)
    _check_within(cues, made.duration_ms)
    words = {"alt_text": alt_text.strip(), "shows_people": shows_people, "consent_reference": consent_reference.strip()}
    about = {"original_name": plain_name(upload.name or ""), "added_by": by, "added_at": clock.now(), **words}
    try:
        media = _keep(unit, made, drawn or made.picture, cues, captions_lang, about)
    except (OperationalError, DataError) as error:
        raise VideoRefused("not_kept") from error
    _record("add_video", media, by, {"unit": unit.pk, "people": shows_people, "captions": media.captions_sha256})
    return media


@transaction.atomic
def _keep(
    unit: Unit, made: Remade, picture: bytes, cues: list[captions.Cue], captions_lang: str, about: dict[str, Any]
) -> Media:
    kept = unit.institution_id
    digest = blob.put(kept, made.content, VIDEO)
    # Whoever brings the same bytes in this moment waits for the line above, so that only one of them is new.
    if twin := twin_in(unit, digest):
        raise VideoAlreadyHere(twin)
    return Media.objects.create(
        institution_id=kept,
        unit=unit,
        sha256=digest,
        media_type=VIDEO,
        thumbnail_sha256=blob.put(kept, picture, PICTURE),
        captions_sha256=blob.put(kept, captions.webvtt(cues), CAPTIONS) if cues else "",
        captions_lang=captions_lang if cues else "",
        **_seen(made),
        **about,
    )


@transaction.atomic
def edit_video(media: Media, *, by: Person, alt_text: str, shows_people: bool, consent_reference: str = "") -> None:
    """Other words for the same video; copies that were frozen keep theirs. Raises VideoRefused, PermissionDenied."""
    require(by, Ability.WRITE_POST, media.unit_id)
    _check_words(alt_text, shows_people, consent_reference)
    _hold(media)
    media.alt_text, media.shows_people = alt_text.strip(), shows_people
    media.consent_reference = consent_reference.strip()
    media.save(update_fields=["alt_text", "shows_people", "consent_reference"])
    _record("edit_video", media, by, {"people": shows_people})


@transaction.atomic
def choose_picture(media: Media, *, by: Person, at_ms: int | None = None, picture: "File[Any] | None" = None) -> None:
    """Another picture before it plays: the frame at `at_ms`, or an image. Raises VideoRefused, PermissionDenied."""
    require(by, Ability.WRITE_POST, media.unit_id)
    if picture is not None:
        drawn = _drawn(picture)
    else:
        if at_ms is None or not 0 <= at_ms < (media.duration_ms or 0):
            raise VideoRefused("no_such_moment", "second")
        kept = blob.find(media.institution_id, media.sha256)
        if kept is None:
            raise VideoRefused("erased")
        drawn = still(kept[0], at_ms)
    _hold(media)
    before = media.thumbnail_sha256
    media.thumbnail_sha256 = blob.put(media.institution_id, drawn, PICTURE)
    _keep_beside(media, before, "thumbnail_sha256")
    _record("choose_picture", media, by, {"picture": media.thumbnail_sha256})


@transaction.atomic
def set_captions(media: Media, captions_file: "File[Any] | None", *, lang: str = "", by: Person) -> None:
    """Other captions, or none. Raises CaptionsRefused, VideoRefused, PermissionDenied."""
    require(by, Ability.WRITE_POST, media.unit_id)
    cues = _cues(captions_file, lang) if captions_file else []
    _check_within(cues, media.duration_ms or 0)
    content = captions.webvtt(cues)
    _hold(media)
    before = media.captions_sha256
    media.captions_sha256 = blob.put(media.institution_id, content, CAPTIONS) if cues else ""
    media.captions_lang = lang if cues else ""
    _keep_beside(media, before, "captions_sha256", "captions_lang")
    _record("set_captions", media, by, {"captions": media.captions_sha256, "lang": media.captions_lang})


def _hold(media: Media) -> None:
    """As it stands now, until this transaction ends; somebody may have erased it meanwhile: nothing of it comes back."""
    erased = hold_media([media.pk])
    media.refresh_from_db()
    if erased:
        raise VideoRefused("erased")


def _keep_beside(media: Media, before: str, *changed: str) -> None:
    """What stood there before may be in copies: an erasure must find it."""
    media.earlier = "\n".join(sorted({*media.earlier.split(), before} - {""}))
    media.save(update_fields=[*changed, "earlier"])


def _record(verb: str, media: Media, by: Person, more: dict[str, Any]) -> None:
    facts = {"sha256": media.sha256, **more}
    audit.record(verb, by=by.pk, subject=media, institution_id=media.institution_id, facts=facts)


def _seen(made: Remade) -> dict[str, Any]:
    return {
        "width": made.width,
        "height": made.height,
        "duration_ms": made.duration_ms,
        "size_bytes": len(made.content),
    }


def _cues(file: "File[Any]", lang: str) -> list[captions.Cue]:
    if not lang:
        raise VideoRefused("captions_no_language", "captions_lang")
    if file.size > captions.MAX_BYTES:
        raise CaptionsRefused("too_large")
    file.seek(0)
    try:
        return captions.read_captions(file.read())
    except captions.Bad as bad:
        raise CaptionsRefused(bad.code, bad.line) from bad


def _check_within(cues: list[captions.Cue], duration_ms: int) -> None:
    try:
        captions.check_within(cues, duration_ms)
    except captions.Bad as bad:
        raise CaptionsRefused(bad.code, bad.line) from bad


def _drawn(picture: "File[Any]") -> bytes:
    """An image as a video's picture. Raises VideoRefused with the image's own sentence."""
    try:
        drawn = redraw(read_image(picture))
    except ImageRefused as refused:
        raise PictureOfVideoRefused(refused) from refused
    if drawn.media_type != PICTURE:
        raise VideoRefused("see_through", "picture")
    return drawn.content


class PictureOfVideoRefused(VideoRefused):
    """What is wrong with the image that was chosen."""

    def __init__(self, refused: ImageRefused) -> None:
        Exception.__init__(self, str(refused))
        self.code, self.field = refused.code, "picture"


def _check_words(alt_text: str, shows_people: bool, consent_reference: str) -> None:
    if not alt_text.strip():
        raise VideoRefused("no_alt_text", "alt_text")
    if needs_consent(shows_people, consent_reference):
        raise VideoRefused("no_consent", "consent_reference")
