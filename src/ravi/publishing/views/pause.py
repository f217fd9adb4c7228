"""Pause light content: one tap, and the list of what it holds."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, signed_in
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.publishing import services
from ravi.publishing.forms.pause import WHY, PauseForm
from ravi.publishing.pages import pause as page


@require_http_methods(["GET", "POST"])
@signed_in
def pause(request: HttpRequest) -> HttpResponse:
    """Everybody sees what is paused and what of theirs it holds; whoever may stop the institution pauses."""
    person = person_of(request)
    may_pause = rights(person).may_everywhere(Ability.STOP_SENDING)
    if request.method == "POST" and not may_pause:
        raise PermissionDenied(_("This is for other roles."))
    form = PauseForm(request.POST or None, topics=page.topics(person) if may_pause else [])
    if request.method == "POST" and form.is_valid():
        services.pause_topics(form.cleaned_data["topics"], why=form.reason, by=person)
        messages.success(request, _("Paused. Nothing is lost: what is held back stands below."))
        return redirect("publishing:pause")
    orders = page.orders_in_force(person)
    held, more = page.held_posts(orders, person)
    context = {
        "form": form,
        "reasons": WHY,
        "pauses": page.pauses(orders, person),
        "held": held,
        "more": more,
        "may_pause": may_pause,
    }
    return render(request, "publishing/pause.html", context, status=422 if form.errors else 200)
