"""All messages that a person may know of, the latest first, by where they stand."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ravi.accounts.access import person_of, signed_in
from ravi.delivery.queries import counts_of
from ravi.publishing import queries
from ravi.publishing.models import Post
from ravi.publishing.pages import standing
from ravi.publishing.rules import PostState
from ravi.publishing.views.scope import may_write

PER_PAGE = 25


@require_safe
@signed_in
def posts(request: HttpRequest) -> HttpResponse:
    """The list; `?state=` keeps one state."""
    visible = queries.posts_visible_to(person_of(request))
    found: dict[str, int] = dict(visible.order_by().values_list("state").annotate(Count("pk")))
    wanted = request.GET.get("state", "")
    is_filtered = wanted in set(PostState)
    kept = visible.filter(state=wanted) if is_filtered else visible
    page = Paginator(kept.order_by("-edited_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "publishing/posts.html",
        {
            "chips": _chips(found, wanted),
            "rows": _rows(list(page.object_list)),
            "page": page,
            "is_filtered": is_filtered,
            "may_write": may_write(request),
        },
    )


def _rows(listed: list[Post]) -> list[dict[str, Any]]:
    counts = counts_of([post.pk for post in listed])
    rows = []
    for post in listed:
        bead, words = standing.of(post, {str(state): n for state, n in counts.get(post.pk, {}).items()})
        rows.append(
            {
                "url": reverse("publishing:post", args=[post.pk]),
                "title": post.title or post.text[:80] or _("Without a title"),
                "bead": bead,
                "standing": words,
                "author": post.author.name,
                "unit": post.unit.name,
                "at": post.edited_at,
                "is_correction": post.corrects_id is not None,
            }
        )
    return rows


def _chips(found: dict[str, int], wanted: str) -> list[dict[str, Any]]:
    base = reverse("publishing:posts")
    labels = {
        PostState.DRAFT: _("Drafts"),
        PostState.SUBMITTED: _("Waiting for approval"),
        PostState.RETURNED: _("Sent back"),
        PostState.APPROVED: _("Approved"),
        PostState.WITHDRAWN: _("Withdrawn"),
    }
    all_of_them = {"label": _("All"), "url": base, "count": sum(found.values()), "is_current": wanted not in labels}
    return [all_of_them] + [
        {"label": label, "url": f"{base}?state={state}", "count": found.get(state, 0), "is_current": wanted == state}
        for state, label in labels.items()
        if found.get(state) or wanted == state
    ]
