"""The only writer of renditions: draws what platforms need from a kept image, once per image and recipe."""

from collections.abc import Collection, Mapping

from django.db import transaction

from ravi.accounts.models import Person
from ravi.core import audit, blob, clock
from ravi.core.logs import log
from ravi.library.drawing import Drawn, draw_by
from ravi.library.errors import ImageRefused
from ravi.library.models import Media, Rendition

Drawings = Mapping[str, Drawn]


def fit_images(wanted: Mapping[int, Collection[str]], *, by: Person | None) -> None:
    """Draw by each recipe what is not drawn yet; `wanted` names recipes by their image's id. Asked twice, or by two at
    once, it leaves one row for each.

    What cannot be drawn is left out and noted in the log: the copy that needed it says why it cannot go.
    """
    # Everything is drawn before the first row is written: nobody waits for a lock while a child process draws.
    drawn = [(media, _drawn(media, wanted[media.pk])) for media in _living(wanted)]
    for media, drawings in drawn:
        if drawings:
            _keep(media, drawings, by)


def _living(wanted: Mapping[int, Collection[str]]) -> list[Media]:
    return list(Media.objects.filter(pk__in=wanted, erased_at=None).prefetch_related("renditions").order_by("pk"))


def _drawn(media: Media, recipes: Collection[str]) -> Drawings:
    missing = sorted(set(recipes) - {rendition.recipe for rendition in media.renditions.all()})
    kept = blob.find(media.institution_id, media.sha256) if missing else None
    if kept is None:
        return {}
    try:
        drawn = draw_by(kept[0], missing)
    except ImageRefused as refused:
        log("image_not_fitted", media=media.pk, why=refused.code)
        return {}
    return {recipe: one for recipe, one in zip(missing, drawn, strict=True) if one}


@transaction.atomic
def _keep(media: Media, drawings: Drawings, by: Person | None) -> None:
    # While it was drawn somebody may have erased the image, of which nothing must come back, or drawn the same.
    if Media.objects.select_for_update(no_key=True).filter(pk=media.pk, erased_at=None).first() is None:
        return
    there = set(Rendition.objects.filter(media=media).values_list("recipe", flat=True))
    new = [recipe for recipe in sorted(drawings) if recipe not in there]
    if not new:
        return
    Rendition.objects.bulk_create([_rendition(media, recipe, drawings[recipe]) for recipe in new])
    facts = {"sha256": media.sha256, "recipes": len(new)}
    audit.record("fit_image", by=by and by.pk, subject=media, institution_id=media.institution_id, facts=facts)


def _rendition(media: Media, recipe: str, drawn: Drawn) -> Rendition:
    return Rendition(
        institution_id=media.institution_id,
        media=media,
        recipe=recipe,
        sha256=blob.put(media.institution_id, drawn.content, drawn.media_type),
        media_type=drawn.media_type,
        width=drawn.width,
        height=drawn.height,
        size_bytes=len(drawn.content),
        made_at=clock.now(),
    )
