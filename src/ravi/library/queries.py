"""What other rooms may ask of images."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import rights
from ravi.core.asked import whole, words
from ravi.library.models import Media, Rendition
from ravi.library.rules import Making
from ravi.library.search import found

PER_PAGE = 24
# What can be asked for -> what it is called, and which rows those are. What was erased is asked for by name only.
KINDS: Mapping[str, tuple[str | Promise, Q]] = {
    "image": (_("Images"), Q(made_as=Making.UPLOAD, media_type__startswith="image/", erased_at=None)),
    "video": (_("Videos"), Q(media_type__startswith="video/", erased_at=None)),
    "card": (_("Text cards"), Q(made_as=Making.CARD, erased_at=None)),
    "stamped": (_("With a watermark"), Q(made_as=Making.STAMPED, erased_at=None)),
    "erased": (_("Erased"), Q(erased_at__isnull=False)),
}


@dataclass(frozen=True)
class Asked:
    """What somebody looks for on the shelf; an unknown kind asks for everything that is there."""

    words: str = ""
    unit_id: int | None = None
    kind: str = ""

    @classmethod
    def read(cls, said: Mapping[str, str]) -> "Asked":
        """From what an address says."""
        return cls(words(said.get("q", "")), whole(said.get("unit", "")), words(said.get("kind", "")))

    @property
    def is_narrow(self) -> bool:
        return bool(self.words or self.unit_id is not None or self.kind)

    @property
    def kinds(self) -> list[tuple[str, str | Promise]]:
        """For a list to choose from."""
        return [(key, label) for key, (label, _rows) in KINDS.items()]


def media_by_id(ids: Collection[int]) -> dict[int, Media]:
    """None, and no question, for no ids."""
    return Media.objects.in_bulk(ids)


def media_by_hash(hashes: Collection[str]) -> dict[str, Media]:
    """The images with these bytes, or from which these bytes were drawn; none, and no question, for no hashes."""
    # Of several with the same bytes one that stands is shown: it comes last.
    rows = Media.objects.filter(sha256__in=hashes).order_by("erased_at", "-pk") if hashes else ()
    found = {media.sha256: media for media in rows}
    drawn = renditions_by_hash(set(hashes) - found.keys())
    return found | {sha256: rendition.media for sha256, rendition in drawn.items()}


def erased_among(hashes: Collection[str]) -> dict[str, Media]:
    """Those of these bytes that were erased, and whose they were."""
    return {name: media for name, media in media_by_hash(hashes).items() if media.erased_at is not None}


def renditions_by_hash(hashes: Collection[str]) -> dict[str, Rendition]:
    """What was drawn for platforms and has these bytes, each with its image; none, and no question, for no hashes."""
    if not hashes:
        return {}
    # The same image of two units gives the same bytes: the one that stands comes last, here too.
    found = Rendition.objects.filter(sha256__in=hashes).select_related("media").order_by("media__erased_at", "-pk")
    return {rendition.sha256: rendition for rendition in found}


def renditions_of(media_ids: Collection[int]) -> dict[tuple[str, str], Rendition]:
    """What was drawn from these images, by the hash of the image and the recipe; none, and no question, for no ids."""
    if not media_ids:
        return {}
    found = Rendition.objects.filter(media_id__in=media_ids).select_related("media")
    return {(rendition.media.sha256, rendition.recipe): rendition for rendition in found}


def media_visible_to(person: Person) -> QuerySet[Media]:
    """Images of the units in sight."""
    return Media.objects.filter(institution_id=person.institution_id, unit_id__in=rights(person).units)


def renditions_visible_to(person: Person) -> QuerySet[Rendition]:
    """What was drawn from images of the units in sight."""
    return Rendition.objects.filter(
        institution_id=person.institution_id, media__unit_id__in=rights(person).units, media__erased_at=None
    ).select_related("media")


def shelf_of(person: Person, asked: Asked) -> QuerySet[Media]:
    """The library in sight, the newest first; one page of it is one query."""
    _label, rows = KINDS.get(asked.kind, ("", Q(erased_at=None)))
    shown = media_visible_to(person).filter(rows)
    if asked.unit_id is not None:
        shown = shown.filter(unit_id=asked.unit_id)
    return found(shown, asked.words).select_related("unit").order_by("-pk")


def family_of(media_id: int) -> list[int]:
    """The media and all that was made of it, by id."""
    found, added = {media_id}, {media_id}
    while added:
        made = Media.objects.filter(made_from_id__in=added).values_list("pk", flat=True)
        added = set(made) - found
        found |= added
    return sorted(found)


def hashes_of(media_ids: Collection[int]) -> set[str]:
    """The names of all bytes that belong to these: their own, thumbnails, captions, also earlier ones, and renditions. Two
    queries."""
    rows = Media.objects.filter(pk__in=media_ids)
    named = rows.values_list("sha256", "thumbnail_sha256", "captions_sha256", "earlier")
    drawn = Rendition.objects.filter(media_id__in=media_ids).values_list("sha256", flat=True)
    return {name for row in named for names in row for name in names.split()} | set(drawn)


def twins_of(hashes: Collection[str], but: Collection[int], person: Person) -> list[Media]:
    """Media in sight with these very bytes, but for those named: their bytes stay."""
    same = media_visible_to(person).filter(sha256__in=hashes, erased_at=None).exclude(pk__in=but)
    return list(same.select_related("unit").order_by("pk"))


def hold_media(media_ids: Collection[int]) -> set[int]:
    """Until this transaction ends none of these can be erased; those that were erased before."""
    if not media_ids:
        return set()
    held = Media.objects.filter(pk__in=media_ids).order_by("pk").select_for_update(no_key=True)
    return {pk for pk, erased_at in held.values_list("pk", "erased_at") if erased_at is not None}


def page_of(rows: QuerySet[Media], before: int | None, most: int = PER_PAGE) -> tuple[list[Media], int | None]:
    """One page, and where the next begins (None at the end): what comes meanwhile shifts nothing. One query."""
    listed = list((rows if before is None else rows.filter(pk__lt=before))[: most + 1])
    return listed[:most], listed[most - 1].pk if len(listed) > most else None


def twin_in(unit: Unit, sha256: str) -> Media | None:
    """What the unit has with these very bytes."""
    return Media.objects.filter(unit=unit, sha256=sha256, erased_at=None).order_by("pk").first()
