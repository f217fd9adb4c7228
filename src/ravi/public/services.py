"""The only writer of what a hub was told."""

from datetime import datetime

from ravi.public.models import HubWord


def note_told(institution_id: int, told_through: datetime) -> None:
    """The hub took the word of every change up to then."""
    HubWord.objects.update_or_create(institution_id=institution_id, defaults={"told_through": told_through})
