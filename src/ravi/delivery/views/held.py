"""What fell due while sending was stopped: it waits here until a person sends it, moves it or drops it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, signed_in
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import asked
from ravi.core.calendar import number
from ravi.delivery import services
from ravi.delivery.errors import Refused, StillStopped
from ravi.delivery.forms import DROP, MOVE, HeldForm
from ravi.delivery.models import Delivery
from ravi.delivery.pages import copies
from ravi.delivery.pages.stops import told
from ravi.delivery.queries import active_stops, deliveries_visible_to, stops_in_sight
from ravi.delivery.rules import State

# A page shows so many messages, and so many copies of each; an answer is about all copies of a message.
MOST_POSTS, MOST_COPIES = 20, 400


@require_http_methods(["GET", "POST"])
@signed_in
def held(request: HttpRequest) -> HttpResponse:
    """The list by message; one answer covers all held copies of a message that this person may answer for, or one."""
    if request.method == "POST":
        return _answer(request)
    return _page(request, None)


def _page(request: HttpRequest, form: HeldForm | None) -> HttpResponse:
    person = person_of(request)
    context = {
        "groups": _groups(request, form),
        "stops": told(stops_in_sight(active_stops(person.institution_id), person), person),
        "may_answer": rights(person).may(Ability.RESUME_SENDING),
    }
    return render(request, "delivery/held.html", context, status=422 if form else 200)


def _groups(request: HttpRequest, form: HeldForm | None) -> list[dict[str, Any]]:
    found = deliveries_visible_to(person_of(request)).filter(stage=State.HELD)
    wanted = asked.whole(request.GET.get("post", ""))
    if wanted is not None:
        found = found.filter(post_id=wanted)
    counts = list(found.order_by().values_list("post_id").annotate(Count("pk")).order_by("-post_id")[:MOST_POSTS])
    shown = found.filter(post_id__in=[post_id for post_id, _count in counts]).order_by("-post_id", "due_at", "pk")
    listed = copies.told(shown[:MOST_COPIES])
    return [_group(post_id, count, listed, form) for post_id, count in counts]


def _group(post_id: int, count: int, listed: Sequence[copies.CopyOf], form: HeldForm | None) -> dict[str, Any]:
    mine = [copy for copy in listed if copy.post_id == post_id]
    answered = form is not None and form.data.get("post") == str(post_id)
    only = form.data.get("copy", "") if form is not None and answered else ""
    return {
        "only": next((copy for copy in mine if str(copy.pk) == only), None),
        "post_id": post_id,
        "title": mine[0].title if mine else f"#{post_id}",
        "count": count,
        "copies": mine,
        "form": form if answered else HeldForm(initial={"post": post_id}, auto_id=f"held-{post_id}-%s"),
    }


def _answer(request: HttpRequest) -> HttpResponse:
    post = request.POST.get("post", "")
    form = HeldForm(request.POST, auto_id=f"held-{post}-%s")
    if not form.is_valid():
        return _page(request, form)
    chosen = list(_answerable(request, form.cleaned_data["post"], form.cleaned_data["copy"]))
    try:
        said = _do(form, chosen, request)
    except StillStopped:
        form.add_error(None, _("Sending is still stopped. Lift the stop first; the copies wait."))
        return _page(request, form)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, form)
    messages.success(request, said)
    return redirect("delivery:held")


def _answerable(request: HttpRequest, post_id: int, copy_id: int | None) -> QuerySet[Delivery]:
    person = person_of(request)
    if not rights(person).may(Ability.RESUME_SENDING):
        raise PermissionDenied(_("This is for other roles."))
    units = [unit for unit in rights(person).units if rights(person).may(Ability.RESUME_SENDING, unit)]
    found = deliveries_visible_to(person).filter(stage=State.HELD, post_id=post_id, unit_id__in=units)
    return found if copy_id is None else found.filter(pk=copy_id)


def _do(form: HeldForm, chosen: Sequence[Delivery], request: HttpRequest) -> str:
    by, act = person_of(request), form.cleaned_data["act"]
    if act == DROP:
        count = services.cancel(chosen, by=by)
        said = ngettext("%(n)s copy was dropped.", "%(n)s copies were dropped.", count)
    elif act == MOVE:
        count = services.release_held(chosen, by=by, due_at=form.cleaned_data["due_at"])
        said = ngettext("%(n)s copy goes at the new time.", "%(n)s copies go at the new time.", count)
    else:
        count = services.release_held(chosen, by=by)
        said = ngettext("%(n)s copy goes now.", "%(n)s copies go now.", count)
    return said % {"n": number(count)}
