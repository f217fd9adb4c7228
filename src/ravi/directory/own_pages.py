"""Channels whose page is Ravi's own: where it stands is not asked of anybody."""

from django.conf import settings
from django.urls import reverse

OWN_PAGES = "feeds"  # the adapter whose channels stand on the citizens' pages


def own_page(institution_slug: str, handle: str) -> str:
    """The address of such a channel's page, as people open it."""
    return f"{settings.BASE_URL}{reverse('public:news', args=[institution_slug, handle])}"
