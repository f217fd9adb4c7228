"""The unknown desk: copies of which nobody knows whether they went. Ravi does not send them again; a person looks."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ravi.accounts.access import person_of, signed_in
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import asked
from ravi.delivery import services
from ravi.delivery.errors import NotUnknown, Refused
from ravi.delivery.forms import AGAIN, VerdictForm
from ravi.delivery.models import Delivery
from ravi.delivery.pages import cases, copies
from ravi.delivery.queries import deliveries_visible_to
from ravi.delivery.rules import Action, State, Verdict

PER_PAGE = 20


@require_safe
@signed_in
def unknown(request: HttpRequest) -> HttpResponse:
    """The list; `?post=`, `?platform=` and `?channel=` keep one cause, and a post also tells what was found out."""
    person = person_of(request)
    found = narrowed(request, deliveries_visible_to(person).filter(stage=State.UNKNOWN))
    page = Paginator(found.order_by("unknown_at", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    shown = copies.told(page.object_list, with_evidence=True)
    units = cases.answered_by(person)
    post = asked.whole(request.GET.get("post", ""))
    return render(
        request,
        "delivery/unknown.html",
        {
            "page": page,
            "copies": shown,
            "form": VerdictForm(),
            "answers_in": units,
            "groups": cases.groups((one for one in shown if one.unit_id in units), found.filter(unit_id__in=units)),
            "found_out": cases.found_out(person, post) if post is not None else [],
            "back": post,
        },
    )


def narrowed(request: HttpRequest, found: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """What the address keeps of `found`."""
    post, platform = asked.whole(request.GET.get("post", "")), asked.words(request.GET.get("platform", ""))
    channel = asked.whole(request.GET.get("channel", ""))
    if post is not None:
        found = found.filter(post_id=post)
    if channel is not None:
        found = found.filter(channel_id=channel)
    return found.filter(platform=platform) if platform else found


@require_POST
@signed_in
def verdict(request: HttpRequest, pk: int) -> HttpResponse:
    """What a person found: it is there, it is not, or it stays open."""
    found = get_object_or_404(deliveries_visible_to(person_of(request)), pk=pk)
    if not rights(person_of(request)).may(Ability.RESOLVE_UNKNOWN, found.unit_id):
        raise PermissionDenied(_("This is for other roles."))
    form = VerdictForm(request.POST)
    if not form.is_valid():
        messages.warning(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(_back(request, pk))
    if form.cleaned_data["attempt"] != found.attempt:
        messages.warning(request, AGAIN)
        return redirect(_back(request, pk))
    answer = Verdict(form.cleaned_data["verdict"])
    try:
        state = services.resolve_unknown(found, by=person_of(request), verdict=answer, link=form.cleaned_data["link"])
    except NotUnknown:
        messages.info(request, _("This copy is not unknown any more; somebody else or Ravi found out."))
        return redirect(_back(request, pk))
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect(_back(request, pk))
    messages.success(request, _answered(answer, state, is_removal=found.action == Action.DELETE))
    return redirect(_back(request, pk))


def _answered(answer: Verdict, state: State, *, is_removal: bool) -> str:
    if state is State.CANCELLED:
        return _("Noted: it is not there. Newer words are there, or it was withdrawn, so it is not sent.")
    if is_removal and answer is not Verdict.LEAVE:
        gone = answer is Verdict.THERE
        return _("Noted: it is gone.") if gone else _("Noted: it still stands there. It is removed once more.")
    said = {
        Verdict.THERE: _("Noted: it is there. It counts as published."),
        Verdict.NOT_THERE: _("Noted: it is not there. It is sent once more."),
        Verdict.LEAVE: _("It stays open."),
    }
    return said[answer]


def _back(request: HttpRequest, pk: int) -> str:
    return asked.way_back(request, reverse("delivery:delivery", args=[pk]))
