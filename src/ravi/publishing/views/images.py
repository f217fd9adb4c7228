"""Choosing from the library: what is ticked joins the message; everything typed was kept before."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, signed_in
from ravi.accounts.queries import unit_names_visible_to
from ravi.core.asked import whole
from ravi.library.queries import Asked, page_of, shelf_of
from ravi.publishing import queries, services
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.models import Post
from ravi.publishing.views.scope import visible_post


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def images(request: HttpRequest, pk: int) -> HttpResponse:
    """The shelf with a box at each piece; ticking adds, and the composer takes out."""
    post, person = visible_post(request, pk), person_of(request)
    if not queries.may_edit(person, post):
        raise PermissionDenied(_("This message is written by others. You can read it."))
    if request.method == "POST":
        return _added(request, post)
    asked, before = Asked.read(request.GET), whole(request.GET.get("before", ""))
    rows, more = page_of(shelf_of(person, asked).filter(erased_at=None), before)
    page = {
        "post": post,
        "rows": rows,
        "chosen": queries.fields_of(post).media_ids,
        "asked": asked,
        "units": unit_names_visible_to(person),
        "more": more,
        "is_later_page": before is not None,
        "is_narrowed": asked.is_narrow,
    }
    return render(request, "publishing/images.html", page)


def _added(request: HttpRequest, post: Post) -> HttpResponse:
    fields, expected = queries.fields_of(post), whole(request.POST.get("expected_revision", ""))
    ticked = [key for key in map(whole, request.POST.getlist("media")) if key is not None]
    wanted = replace(fields, media_ids=(*fields.media_ids, *ticked))
    revision = post.revision if expected is None else expected
    try:
        services.save_draft(post, wanted, expected_revision=revision, by=person_of(request))
    except PublishingRefused as refused:
        messages.warning(request, str(refused))
        return redirect("publishing:images", pk=post.pk)
    return redirect(f"{reverse('publishing:post', args=[post.pk])}#images")
