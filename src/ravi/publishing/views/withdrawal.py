"""Taking a message back: asks once, says what Ravi can remove and what only hands can."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, signed_in
from ravi.core.calendar import number
from ravi.delivery.queries import counts
from ravi.publishing import queries, services
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.forms import WithdrawForm
from ravi.publishing.models import Post
from ravi.publishing.rules import PostState
from ravi.publishing.services import Withdrawal
from ravi.publishing.views.scope import visible_post


@require_http_methods(["GET", "POST"])
@signed_in
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """One person suffices; what has gone is removed where the platform allows it."""
    post = visible_post(request, pk)
    if post.state == PostState.WITHDRAWN:
        return redirect("publishing:board", pk=pk)
    if not queries.may_withdraw(person_of(request), post):
        raise PermissionDenied(_("The author, the approver or the head withdraws a message."))
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _withdraw(request, post, form)
    return render(request, "publishing/withdrawal.html", {"post": post, "form": form, "counts": counts(post.pk)})


def _withdraw(request: HttpRequest, post: Post, form: WithdrawForm) -> HttpResponse:
    try:
        done = services.withdraw_post(post, by=person_of(request), reason=form.cleaned_data["reason"])
    except PublishingRefused as refused:
        messages.warning(request, str(refused))
        return redirect("publishing:post", pk=post.pk)
    messages.success(request, _done(done))
    return redirect("publishing:board", pk=post.pk)


def _done(done: Withdrawal) -> str:
    parts = [_("Withdrawn.")]
    if done.cancelled:
        said = ngettext("%(n)s copy had not gone and stays.", "%(n)s copies had not gone and stay.", done.cancelled)
        parts.append(said % {"n": number(done.cancelled)})
    if done.removals:
        said = ngettext("%(n)s copy is being removed.", "%(n)s copies are being removed.", len(done.removals))
        parts.append(said % {"n": number(len(done.removals))})
    if done.by_hand:
        said = ngettext(
            "%(n)s copy must be removed by hand.", "%(n)s copies must be removed by hand.", len(done.by_hand)
        )
        parts.append(said % {"n": number(len(done.by_hand))})
    return " ".join(parts)
