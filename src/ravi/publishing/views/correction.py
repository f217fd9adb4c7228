"""Correct what is out: what will happen to each copy, before a word is written and while the correction is written."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, signed_in
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.publishing import queries, services
from ravi.publishing.correction import Way
from ravi.publishing.errors import CorrectionOpen, PublishingRefused
from ravi.publishing.models import Post
from ravi.publishing.pages import correction as page
from ravi.publishing.pages.diff import difference
from ravi.publishing.queries.correction import latest_of
from ravi.publishing.rules import OPEN, PostState
from ravi.publishing.views.scope import visible_post

REPLACE, LEAVE, PIN = "replace", "leave", "pin"


@require_http_methods(["GET", "POST"])
@signed_in
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Of a message: what a correction would do, and its beginning. Of a correction: what its own words do."""
    post = visible_post(request, pk)
    if request.method == "POST":
        return _choose(request, post) if post.corrects_id else _start(request, post)
    if post.state not in (OPEN if post.corrects_id else {PostState.APPROVED}):
        return redirect("publishing:post", pk=pk)
    return render(
        request, "publishing/correction.html", _of_draft(post) if post.corrects else _of_message(request, post)
    )


def _of_message(request: HttpRequest, post: Post) -> dict[str, Any]:
    may = rights(person_of(request)).may(Ability.WRITE_POST, post.unit_id)
    underway = queries.open_correction(post.pk)
    return {
        "post": post,
        "first": post,
        "fates": page.fates(queries.how_corrected(post)),
        "underway": underway,
        "may_start": may and not underway and not post.words_at,
        "elsewhere": post.words_at,
    }


def _of_draft(post: Post) -> dict[str, Any]:
    assert post.corrects is not None
    before, plan = latest_of(post.corrects), queries.how_corrected(post)
    is_written = post.state in (PostState.DRAFT, PostState.RETURNED)
    return {
        "post": post,
        "first": post.corrects,
        "fates": page.fates(plan),
        "difference": difference(before.text, post.text),
        "may_replace": is_written and any(one.could_replace for one in plan),
        "may_pin": is_written and any(one.could_pin and one.way is Way.REPLY for one in plan),
    }


def _start(request: HttpRequest, post: Post) -> HttpResponse:
    """A second click, or a second person, is led to the correction that is there."""
    try:
        made = services.correct_post(post, by=person_of(request))
    except CorrectionOpen as refused:
        messages.info(request, str(refused))
        made = refused.correction
    except PublishingRefused as refused:
        messages.warning(request, str(refused))
        return redirect("publishing:post", pk=post.pk)
    return redirect("publishing:post", pk=made.pk)


def _choose(request: HttpRequest, post: Post) -> HttpResponse:
    try:
        said = _chosen(request, post)
    except PublishingRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("publishing:correction", pk=post.pk)


def _chosen(request: HttpRequest, post: Post) -> str:
    person = person_of(request)
    if "answers" in request.POST:
        pins = request.POST["answers"] == PIN
        services.choose_pinning(post, pins, by=person)
        return _("Answers go to the top of their channel.") if pins else _("Answers stand below the old post only.")
    replaces = request.POST.get("unreachable") == REPLACE
    services.choose_replacing(post, replaces, by=person)
    return _("Old posts there are removed and published anew.") if replaces else _("Such copies are left to a hand.")
