"""Keeps a draft while it is written, and counts: what a script asks for between two keys."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ravi.accounts.access import person_of, signed_in
from ravi.core import calendar
from ravi.publishing import queries
from ravi.publishing.errors import EditedMeanwhile, PublishingRefused
from ravi.publishing.views.desk import DRAFTS, Desk
from ravi.publishing.views.scope import visible_post

PARTS = {
    "tidied": "tidied",
    "blocked": "blocked",
    "suggestions": "suggestions",
    "ready": "ready",
    "seen": "seen",
    "forks": "fork_items",
}


@require_POST
@signed_in
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what stands in the form. 409 with a sentence where somebody else was first, or the rules refuse."""
    desk = _desk(request, pk)
    if desk is None:
        return JsonResponse({"sentence": _("This message is no draft any more. Load the page again.")}, status=409)
    return keep_and_tell(desk)


def is_from_script(request: HttpRequest) -> bool:
    """Whether draft.js asks, and not a button."""
    return "X-Ravi-Draft" in request.headers


def keep_and_tell(desk: Desk) -> JsonResponse:
    """Keep the words and answer in the script's terms; a new message learns its address."""
    try:
        desk.keep()
    except EditedMeanwhile as refused:
        assert desk.post is not None
        way = {"url": reverse("publishing:set_aside", args=[desk.post.pk]), "label": _("See both texts")}
        return JsonResponse({"sentence": str(refused), "way": way}, status=409)
    except PublishingRefused as refused:
        return JsonResponse({"sentence": str(refused)}, status=409)
    assert desk.post is not None
    answer = {
        "hour": calendar.hour(desk.post.edited_at),
        "revision": desk.post.revision,
        "page": desk.url,
        "draft": reverse("publishing:draft", args=[desk.post.pk]),
        "key": desk.key,
    }
    return JsonResponse(answer | {"parts": _parts(desk)})


@require_POST
@signed_in
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Count what stands in the form without keeping it: the server's count is the one that holds."""
    desk = _desk(request, pk)
    if desk is None:
        return JsonResponse({"sentence": _("This message is no draft any more. Load the page again.")}, status=409)
    forks = desk.counted()["forks"]
    counts = [
        {
            "platform": fork.platform,
            "variant": fork.fitted.name,
            "fits": not fork.sentences,
            "measures": [{"unit": m.unit, "actual": m.actual, "limit": m.limit} for m in fork.fitted.measures],
        }
        for fork in forks
    ]
    return JsonResponse({"platforms": counts, "parts": _parts(desk)})


def _desk(request: HttpRequest, pk: int) -> Desk | None:
    post = visible_post(request, pk)
    if not queries.may_edit(person_of(request), post) or post.state not in DRAFTS:
        return None
    return Desk(request, post, post.unit)


def _parts(desk: Desk) -> dict[str, str]:
    context = desk.counted() | {"post": desk.post, "form": desk.form}
    parts: dict[str, str] = {
        place: render_to_string(f"publishing/parts/{name}.html", context, desk.request) for place, name in PARTS.items()
    }
    parts["chosen"] = escape(context["chosen_sentence"])
    parts["dock-ready"] = render_to_string("publishing/parts/dock_ready.html", context, desk.request)
    for fork in context["forks"]:
        parts[f"fork-head-{fork.platform}"] = render_to_string("publishing/parts/fork_head.html", {"fork": fork})
    return parts
