"""One message as one platform would show it, on a page of its own."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ravi.accounts.access import person_of, signed_in
from ravi.publishing import queries
from ravi.publishing.pages import composer, platforms, seen
from ravi.publishing.views.scope import images_of, visible_post


@require_safe
@signed_in
def preview(request: HttpRequest, pk: int, platform: str) -> HttpResponse:
    """The stored words; 404 for a platform on which the message has no channel."""
    post = visible_post(request, pk)
    images = images_of(post)
    picked = queries.chosen_channels(post)
    names = platforms.in_order(channel.platform for channel in picked)
    if platform not in names:
        raise Http404
    view = seen.of(
        queries.fields_of(post),
        composer.sample(picked, platform, post.unit_id),
        [seen.image(row.media) for row in images],
    )
    others = [{"platform": key, "name": platforms.name(key), "is_seen": key == platform} for key in names]
    return render(
        request,
        "publishing/preview.html",
        {"post": post, "seen": view, "others": others, "may_edit": queries.may_edit(person_of(request), post)},
    )
