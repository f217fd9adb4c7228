"""The yes and the no: of another person, to exactly what the page shows."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ravi.accounts.access import person_of, signed_in
from ravi.core.calendar import number
from ravi.publishing import queries, services
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.forms import ApproveForm, ReturnForm
from ravi.publishing.models import Post
from ravi.publishing.pages import approval as page
from ravi.publishing.pages import correction
from ravi.publishing.rules import UNDO_S, Need, PostState
from ravi.publishing.views import undo
from ravi.publishing.views.scope import visible_post
from ravi.publishing.words_kept import origin_of, said_of


@require_http_methods(["GET", "POST"])
@signed_in
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Read what waits, and answer. Whatever else the post is by now leads to where it stands."""
    person = person_of(request)
    known = {"is_own": queries.is_written_by(person), "has_approved": queries.is_approved_by(person)}
    post = visible_post(request, pk, **known)
    if request.method == "POST":
        return _approve(request, post)
    if post.state != PostState.SUBMITTED:
        return redirect("publishing:post", pk=pk)
    return render(request, "publishing/approval.html", _context(request, post))


def _context(request: HttpRequest, post: Any) -> dict[str, object]:
    person = person_of(request)
    shown, returns = queries.shown_set(post), page.returns_of(post)
    given = queries.living_yeses(post)
    why_not = queries.why_not_approve(person, post, given, is_own=post.is_own)
    may = not why_not
    texts = page.words(shown.groups)
    return {
        "post": post,
        "shown": shown,
        "texts": texts,
        "blocked": sorted(
            {queries.copy_sentence(one.problems[0], one.platform, one.channel.adapter) for one in shown.blocked}
        ),
        "changes": page.changes(post, shown, person, returns),
        "fates": correction.fates(queries.how_corrected(post)) if post.corrects_id else [],
        "turn": page.turn(person, post) if may else None,
        "links": page.chain(post, shown, page.Said(returns, given, queries.passes_of(post)), is_asked=may),
        "asked": None if may else queries.asked_for(post, given),
        "may_approve": may,
        "undo": undo.offered(request),
        "notes": said_of(post),
        "origin": origin_of(post),
        "why_not": why_not,
        "may_edit": queries.may_edit(person, post),
        "may_withdraw": not may and queries.may_withdraw(person, post, has_approved=post.has_approved),
    }


def _approve(request: HttpRequest, post: Post) -> HttpResponse:
    form = ApproveForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("The form came without the set it was about. Read it again."))
        return redirect("publishing:approval", pk=post.pk)
    try:
        digest = form.cleaned_data["digest"]
        approved = services.approve_shown(post, by=person_of(request), digest=digest, hold_s=UNDO_S)
    except PublishingRefused as refused:
        messages.warning(request, str(refused))
        return redirect("publishing:approval", pk=post.pk)
    undo.offer(request, post)
    messages.success(request, _approved(approved))
    following = queries.posts_awaiting(person_of(request)).first()
    if following:
        return redirect("publishing:approval", pk=following.pk)
    return redirect(f"publishing:{'board' if approved.need is Need.NOBODY else 'approval'}", pk=post.pk)


def _approved(approved: services.Approved) -> str:
    if approved.need is not Need.NOBODY:
        return _("Your yes is there. Nothing goes out before a second person's.")
    count = len({approval.copy.channel_id for approval in approved.approvals})
    said = ngettext("Approved: %(n)s copy, exactly as shown.", "Approved: %(n)s copies, exactly as shown.", count)
    return said % {"n": number(count)}


@require_POST
@signed_in
def undoing(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's yes back; where a copy has gone, say so."""
    post = visible_post(request, pk)
    undo.forget(request)
    try:
        services.take_back_yes(post, by=person_of(request))
    except PublishingRefused as refused:
        messages.warning(request, str(refused))
        return redirect("publishing:post", pk=pk)
    messages.success(request, _("Your yes is taken back. Nothing of it went out."))
    return redirect("publishing:approval", pk=pk)


@require_http_methods(["GET", "POST"])
@signed_in
def returning(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message back with a note."""
    post = visible_post(request, pk)
    if post.state != PostState.SUBMITTED:
        messages.info(request, _("This message does not wait for approval any more."))
        return redirect("publishing:post", pk=pk)
    if not queries.may_approve(person_of(request), post):
        raise PermissionDenied(queries.why_not_approve(person_of(request), post))
    form = ReturnForm(request.POST or None, initial={"revision": post.revision})
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            services.return_post(post, data["note"], by=person_of(request), expected_revision=data["revision"])
        except PublishingRefused as refused:
            form.add_error("note", str(refused))
        else:
            messages.success(request, _("Sent back to %(name)s with your note.") % {"name": post.author.name})
            following = queries.posts_awaiting(person_of(request)).first()
            return redirect("publishing:approval", pk=following.pk) if following else redirect("publishing:posts")
    status = 422 if form.errors else 200
    return render(request, "publishing/return.html", {"post": post, "form": form}, status=status)
