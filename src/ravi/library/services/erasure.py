"""Erases media for good: its bytes, and all that was made of it. Rows stay, so that what was published is still told."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person
from ravi.accounts.rules import Ability
from ravi.core import audit, blob_names, clock
from ravi.library.errors import MediaRefused
from ravi.library.models import Media
from ravi.library.models.media import reason_words
from ravi.library.queries import family_of, hashes_of
from ravi.library.rules import LONGEST_REASON, EraseReason, Making
from ravi.library.uses import has_other_carriers, hold_carriers, let_carriers_go


@transaction.atomic
def erase_media(media: Media, *, by: Person, reason: str, note: str = "") -> int:
    """Take the bytes of `media`, and of what was made of it, out of Ravi; how many went.

    Messages that carry it leave the queue; bytes that another row names too stay for that row. Raises PermissionDenied,
    MediaRefused with a sentence, and then nothing has changed.
    """
    require(by, Ability.ERASE_MEDIA, media.unit_id)
    said = _said(reason, note)
    ids = family_of(media.pk)
    # Messages first, as everybody does who puts a picture into one; whoever is quicker than this line is met below.
    held = hold_carriers(ids)
    rows = list(Media.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    if family_of(media.pk) != ids or has_other_carriers(ids, held):
        raise MediaRefused("used_meanwhile")
    if next(row for row in rows if row.pk == media.pk).erased_at is not None:
        raise MediaRefused("erased_already")
    fresh = [row.pk for row in rows if row.erased_at is None]
    gone_now = {"erased_at": clock.now(), "erased_by": by, "erase_reason": said, "original_name": ""}
    Media.objects.filter(pk__in=fresh).update(**gone_now)  # a file is often named for whom it shows
    _take_words([row for row in rows if row.pk in fresh and row.made_as == Making.CARD])
    hashes = hashes_of(fresh)
    blob_names.hold(media.institution_id, hashes)  # before the chain, as whoever brings bytes does
    left = let_carriers_go(fresh, hashes, by=by, reason=reason_words(said))
    gone = blob_names.let_go(media.institution_id, hashes)
    _note(media, by, reason, fresh, gone, left)
    return gone


def _take_words(cards: Collection[Media]) -> None:
    """A card's words are the card: they go with its bytes."""
    for card in cards:
        card.alt_text, card.recipe = _("Text card"), {}
        card.save(update_fields=["alt_text", "recipe"])


def _said(reason: str, note: str) -> str:
    if reason not in set(EraseReason):
        raise MediaRefused("no_reason")
    words = note.strip()[:LONGEST_REASON]
    if reason != EraseReason.OTHER:
        return reason
    if not words:
        raise MediaRefused("no_reason")
    return words


def _note(media: Media, by: Person, reason: str, ids: Collection[int], gone: int, left: int) -> None:
    """What somebody wrote stands in the row; the chain holds marks, numbers and the kind of reason."""
    facts = {"sha256": media.sha256, "reason": reason, "pieces": len(ids), "gone": gone, "cancelled": left}
    audit.record("erase_media", by=by.pk, subject=media, institution_id=media.institution_id, facts=facts)
