"""Makes text cards: words become a picture of the unit, with the words as its alternative text."""

from django.db import transaction

from ravi.accounts.access import require
from ravi.accounts.models import Person, Unit
from ravi.accounts.rules import Ability
from ravi.core import audit
from ravi.library.card import Card
from ravi.library.lettered import letter_card
from ravi.library.models import Media
from ravi.library.rules import Making
from ravi.library.services.made import Made, keep_made


@transaction.atomic
def make_card(card: Card, *, unit: Unit, by: Person) -> Media:
    """The card as an image of `unit`; the same card again is the same image. Raises ImageRefused, PermissionDenied."""
    require(by, Ability.WRITE_POST, unit.pk)
    made = Made(letter_card(card), Making.CARD, card.recipe(), alt_text=card.said)
    media, is_new = keep_made(made, unit=unit, by=by)
    if is_new:
        facts = {"sha256": media.sha256, "unit": unit.pk}
        audit.record("make_card", by=by.pk, subject=media, institution_id=media.institution_id, facts=facts)
    return media
