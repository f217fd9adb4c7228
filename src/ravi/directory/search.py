"""Search tokens of channels and units: made and compared in Python, so that PostgreSQL never parses Persian."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from ravi.directory.models import Channel
from ravi.text.tokens import query_words, token_line


def search_key(*texts: str) -> str:
    """Everything by which the texts are found, each token once and between spaces."""
    return token_line(*texts)


def found(channels: QuerySet[Channel], words: str, unit_names: Mapping[int, str]) -> QuerySet[Channel]:
    """The channels where every word begins a token of the channel or of its unit's name."""
    names = {unit_id: search_key(name) for unit_id, name in unit_names.items()}
    for forms in query_words(words):
        starts = [f" {token}" for token in forms]
        asked = Q(unit_id__in=[unit_id for unit_id, name in names.items() if any(start in name for start in starts)])
        for start in starts:
            asked |= Q(search_key__contains=start)
        channels = channels.filter(asked)
    return channels
