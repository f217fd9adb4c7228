"""Two people wrote at once: both texts side by side, and a decision. Nothing is thrown away before it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, signed_in
from ravi.core.asked import whole
from ravi.publishing import queries, services
from ravi.publishing.draft import DraftFields, from_json
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.models import Post, SetAside
from ravi.publishing.pages.diff import difference
from ravi.publishing.views.scope import visible_post

MINE = "mine"  # the other button says "theirs"


@require_http_methods(["GET", "POST"])
@signed_in
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Their text is the message's; one's own waits here until one takes it over theirs or lets it go."""
    post = visible_post(request, pk)
    kept = queries.set_aside_of(post, person_of(request)).first()
    if kept is None:
        return redirect("publishing:post", pk=pk)
    if request.method == "POST":
        return _decide(request, post, kept)
    theirs, mine = queries.fields_of(post), from_json(kept.fields)
    context = {
        "post": post,
        "kept": kept,
        "theirs": theirs,
        "mine": mine,
        "difference": difference(theirs.text, mine.text),
        "others": _others(theirs, mine),
    }
    return render(request, "publishing/set_aside.html", context)


def _decide(request: HttpRequest, post: Post, kept: SetAside) -> HttpResponse:
    person = person_of(request)
    if request.POST.get("keep") == MINE:
        expected = whole(request.POST.get("expected_revision", ""))
        revision = post.revision if expected is None else expected
        try:
            services.save_draft(post, from_json(kept.fields), expected_revision=revision, by=person)
        except PublishingRefused as refused:
            messages.warning(request, str(refused))
            return redirect("publishing:set_aside", pk=post.pk)
        messages.success(request, _("Your text is the message's now."))
    else:
        messages.success(request, _("The other text stays. Yours was let go."))
    services.dismiss_set_aside(kept, by=person)
    return redirect("publishing:post", pk=post.pk)


def _others(theirs: DraftFields, mine: DraftFields) -> list[str]:
    """What else differs, beside the text, in words."""
    names = {
        "title": _("title"),
        "link": _("link"),
        "due_at": _("time"),
        "valid_until": _("last day"),
        "topic": _("topic"),
        "variants": _("shorter and own texts"),
        "media_ids": _("images"),
        "channel_ids": _("channels"),
    }
    return [word for name, word in names.items() if getattr(theirs, name) != getattr(mine, name)]
