"""The yes and the no: of another person, to exactly what the page shows."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, signed_in
from ravi.core.calendar import number
from ravi.publishing import queries, services
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.forms import ApproveForm, ReturnForm
from ravi.publishing.models import Post
from ravi.publishing.pages import approval as page
from ravi.publishing.rules import Need, PostState
from ravi.publishing.views.scope import visible_post


@require_http_methods(["GET", "POST"])
@signed_in
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Read what waits, and answer. Whatever else the post is by now leads to where it stands."""
    post = visible_post(request, pk)
    if request.method == "POST":
        return _approve(request, post)
    if post.state != PostState.SUBMITTED:
        return redirect("publishing:post", pk=pk)
    return render(request, "publishing/approval.html", _context(request, post))


def _context(request: HttpRequest, post: Post) -> dict[str, object]:
    person = person_of(request)
    shown, returns = queries.shown_set(post), page.returns_of(post)
    given = queries.living_yeses(post)
    why_not = queries.why_not_approve(person, post, given)
    may = not why_not
    texts = page.words(shown)
    return {
        "post": post,
        "shown": shown,
        "texts": texts,
        "blocked": sorted(
            {queries.copy_sentence(one.problems[0], one.platform, one.channel.adapter) for one in shown.blocked}
        ),
        "changes": page.changes(post, shown, person, returns),
        "turn": page.turn(person, post) if may else None,
        "links": page.chain(post, shown, returns, given, is_asked=may),
        "may_approve": may,
        "why_not": why_not,
        "may_edit": queries.may_edit(person, post),
        "may_withdraw": not may and queries.may_withdraw(person, post),
    }


def _approve(request: HttpRequest, post: Post) -> HttpResponse:
    form = ApproveForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("The form came without the set it was about. Read it again."))
        return redirect("publishing:approval", pk=post.pk)
    try:
        approved = services.approve_shown(post, by=person_of(request), digest=form.cleaned_data["digest"])
    except PublishingRefused as refused:
        messages.warning(request, str(refused))
        return redirect("publishing:approval", pk=post.pk)
    if approved.need is not Need.NOBODY:
        messages.success(request, _("Your yes is there. Nothing goes out before a second person's."))
        return redirect("publishing:approval", pk=post.pk)
    count = len(approved.approvals)
    said = ngettext("Approved: %(n)s copy, exactly as shown.", "Approved: %(n)s copies, exactly as shown.", count)
    messages.success(request, said % {"n": number(count)})
    return redirect("publishing:board", pk=post.pk)


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
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.return_post(post, form.cleaned_data["note"], by=person_of(request))
        except PublishingRefused as refused:
            form.add_error("note", str(refused))
        else:
            messages.success(request, _("Sent back to %(name)s with your note.") % {"name": post.author.name})
            following = queries.posts_awaiting(person_of(request)).first()
            return redirect("publishing:approval", pk=following.pk) if following else redirect("publishing:posts")
    status = 422 if form.errors else 200
    return render(request, "publishing/return.html", {"post": post, "form": form}, status=status)
