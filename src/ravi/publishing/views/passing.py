"""Not my field: ask another one who may approve."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, signed_in
from ravi.publishing import queries, services
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.forms import PassForm
from ravi.publishing.rules import PostState
from ravi.publishing.views.scope import visible_post


@require_http_methods(["GET", "POST"])
@signed_in
def passing(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose who is asked; whoever is away is named as that."""
    post, person = visible_post(request, pk), person_of(request)
    if post.state != PostState.SUBMITTED:
        messages.info(request, _("This message does not wait for approval any more."))
        return redirect("publishing:post", pk=pk)
    given = queries.living_yeses(post)
    if why_not := queries.why_not_approve(person, post, given):
        raise PermissionDenied(why_not)
    asked = queries.asked_for(post, given)
    people = [one for one in asked.here if one.pk != person.pk]
    form = PassForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            services.pass_on(post, form.cleaned_data["to"], by=person, note=form.cleaned_data["note"])
        except PublishingRefused as refused:
            form.add_error("to", str(refused))
        else:
            messages.success(request, _("%(name)s is asked now.") % {"name": form.cleaned_data["to"].name})
            following = queries.posts_awaiting(person).first()
            return redirect("publishing:approval", pk=following.pk) if following else redirect("publishing:posts")
    context = {"post": post, "form": form, "people": people, "away": asked.away}
    return render(request, "publishing/passing.html", context, status=422 if form.errors else 200)
