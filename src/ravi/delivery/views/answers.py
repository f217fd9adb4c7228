"""One answer about many unknown copies of one message or one channel: every copy stands on the page, ticked or not."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, signed_in
from ravi.core.calendar import number
from ravi.delivery import services
from ravi.delivery.forms import AnswersForm
from ravi.delivery.models import Delivery
from ravi.delivery.pages import cases, copies
from ravi.delivery.queries import deliveries_visible_to
from ravi.delivery.rules import State, Verdict
from ravi.delivery.views.unknown import narrowed

# More than a person can look at in one go; the rest stands here after the answer.
MOST = 100


@require_http_methods(["GET", "POST"])
@signed_in
def answers(request: HttpRequest) -> HttpResponse:
    """`?post=` with `?platform=`, or `?channel=`, names the cases."""
    shown = list(_answerable(request).order_by("unknown_at", "pk")[:MOST])
    form = AnswersForm(request.POST or None, copies=[(one.pk, one.attempt) for one in shown])
    if request.method == "POST" and form.is_valid():
        return _answer(request, form.cleaned_data["copy"], Verdict(form.cleaned_data["verdict"]))
    context = {"copies": copies.told(shown), "form": form, "back": request.GET.get("post", "")}
    return render(request, "delivery/answers.html", context, status=422 if form.errors else 200)


def _answerable(request: HttpRequest) -> QuerySet[Delivery]:
    person = person_of(request)
    units = cases.answered_by(person)
    if not units:
        raise PermissionDenied(_("This is for other roles."))
    return cases.together(
        narrowed(request, deliveries_visible_to(person).filter(stage=State.UNKNOWN, unit_id__in=units))
    )


def _answer(request: HttpRequest, chosen: Sequence[int], verdict: Verdict) -> HttpResponse:
    reached = services.resolve_together(chosen, by=person_of(request), verdict=verdict)
    kept = cases.taken_out(chosen) if verdict is Verdict.NOT_THERE else 0
    said = {
        Verdict.THERE: ngettext("Noted: %(n)s copy is there.", "Noted: %(n)s copies are there.", reached),
        Verdict.NOT_THERE: ngettext(
            "%(n)s copy is sent once more.", "%(n)s copies are sent once more.", reached - kept
        ),
        Verdict.LEAVE: ngettext("%(n)s copy stays open.", "%(n)s copies stay open.", reached),
    }
    if reached > kept or not kept:
        messages.success(request, said[verdict] % {"n": number(reached - kept)})
    if kept:
        older = ngettext(
            "%(n)s copy is not sent: newer words are there, or it was withdrawn.",
            "%(n)s copies are not sent: newer words are there, or they were withdrawn.",
            kept,
        )
        messages.info(request, older % {"n": number(kept)})
    if left := len(chosen) - reached:
        more = ngettext(
            "%(n)s copy stayed as it is: its outcome became known, or its last day is over.",
            "%(n)s copies stayed as they are: their outcome became known, or their last day is over.",
            left,
        )
        messages.warning(request, more % {"n": number(left)})
    return redirect(f"{reverse('delivery:unknown')}?{request.GET.urlencode()}")
