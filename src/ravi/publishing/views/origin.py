"""A new message may be made from another one: the same words, for the channels where the first did not fit."""

from dataclasses import replace

from django.http import HttpRequest

from ravi.accounts.access import person_of
from ravi.core.asked import whole, words
from ravi.publishing import queries
from ravi.publishing.draft import DraftFields
from ravi.publishing.models import Copy


def asked(request: HttpRequest) -> str:
    """The id of the message to begin with, as asked in the address or carried by the form; "" for none."""
    wanted = request.POST.get("from") or request.GET.get("from") or ""
    return wanted if whole(wanted) is not None else ""


def fields(request: HttpRequest) -> DraftFields | None:
    """Its words and its blocked channels (of one platform, where one is named); None where nothing is asked, and of words
    that a higher room keeps: a copy of them would be out of its reach."""
    if not asked(request):
        return None
    post = queries.posts_visible_to(person_of(request)).filter(pk=int(asked(request)), words_at="").first()
    if post is None:
        return None
    blocked = Copy.objects.filter(post=post).exclude(problems=[])
    platform = words(request.GET.get("platform") or request.POST.get("platform") or "")
    if platform:
        blocked = blocked.filter(platform=platform)
    found = queries.fields_of(post)
    return replace(found, channel_ids=frozenset(blocked.values_list("channel_id", flat=True)), due_at=None)
