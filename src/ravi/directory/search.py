"""Search tokens of channels and units: made and compared in Python, so that PostgreSQL never parses Persian."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from ravi.directory.models import Channel
from ravi.text.tokens import tokens


def search_key(*texts: str) -> str:
    """Search tokens, each once and between spaces."""
    return " " + "".join(f"{token} " for token in dict.fromkeys(t for text in texts for t in tokens(text)))


def found(channels: QuerySet[Channel], words: str, unit_names: Mapping[int, str]) -> QuerySet[Channel]:
    """The channels in which every token begins a token of the channel or of its unit's name."""
    names = {unit_id: search_key(name) for unit_id, name in unit_names.items()}
    for token in tokens(words.replace("\x00", "")):  # PostgreSQL takes no NUL
        units = [unit_id for unit_id, name in names.items() if f" {token}" in name]
        channels = channels.filter(Q(search_key__contains=f" {token}") | Q(unit_id__in=units))
    return channels
