"""Finds media by what was said about them: tokens are made and compared in Python, PostgreSQL never parses Persian."""

from django.db.models import Q, QuerySet

from ravi.library.models import Media
from ravi.text.tokens import query_words


def found(media: QuerySet[Media], words: str) -> QuerySet[Media]:
    """Those in whose words every word of the query begins a token; none asked, all are found."""
    for forms in query_words(words):
        asked = Q()
        for token in sorted(forms):
            asked |= Q(search_key__contains=f" {token}")
        media = media.filter(asked)
    return media
