"""What fell due while sending was stopped: it waits here until a person sends it, moves it or drops it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
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
from ravi.delivery.forms import BY_KEY, BY_STOP, DROP, MOVE, HeldForm
from ravi.delivery.models import Delivery
from ravi.delivery.pages import copies
from ravi.delivery.pages.stops import told
from ravi.delivery.queries import active_stops, deliveries_visible_to, releasable_by, stops_in_sight
from ravi.delivery.rules import Code, State

# A page shows so many messages and names so many copies in all; an answer is about all copies of a group.
MOST_POSTS, MOST_COPIES = 20, 400
BY_A_KEY = Q(error_code=Code.CREDENTIALS)


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
        "key_units": {unit for unit in rights(person).units if rights(person).may(Ability.SET_CREDENTIAL, unit)},
        "here": request.get_full_path(),
    }
    return render(request, "delivery/held.html", context, status=422 if form else 200)


def _groups(request: HttpRequest, form: HeldForm | None) -> list[dict[str, Any]]:
    found = deliveries_visible_to(person_of(request)).filter(stage=State.HELD).exclude(error_code=Code.BY_HAND)
    wanted = asked.whole(request.GET.get("post", ""))
    if wanted is not None:
        found = found.filter(post_id=wanted)
    counted = found.order_by().values_list("post_id")
    shares = counted.annotate(every=Count("pk"), keys=Count("pk", filter=BY_A_KEY))
    counts = list(shares.order_by("-post_id")[:MOST_POSTS])
    listed = copies.told(_first_of_each(found, [post_id for post_id, _all, _keys in counts]))
    # First what only waits for a word; a key that is refused is work of its own.
    sizes = {
        (post_id, by_key): keys if by_key else every - keys for by_key in (0, 1) for post_id, every, keys in counts
    }
    return [_group(post_id, bool(by_key), size, listed, form) for (post_id, by_key), size in sizes.items() if size]


def _first_of_each(found: QuerySet[Delivery], posts: Sequence[int]) -> QuerySet[Delivery]:
    """So many copies of every message that each is named, however many the others have."""
    place = Window(RowNumber(), partition_by=[F("post_id"), F("error_code")], order_by=["due_at", "pk"])
    each = MOST_COPIES // max(len(posts), 1)
    return found.filter(post_id__in=posts).annotate(place=place).filter(place__lte=each).order_by("due_at", "pk")


def _group(
    post_id: int, by_key: bool, count: int, listed: Sequence[copies.CopyOf], form: HeldForm | None
) -> dict[str, Any]:
    mine = [copy for copy in listed if copy.post_id == post_id and (copy.code == Code.CREDENTIALS) == by_key]
    why = BY_KEY if by_key else BY_STOP
    given: Mapping[str, Any] = form.data if form is not None else {}
    answered = given.get("post") == str(post_id) and given.get("why", "") in ("", why)
    return {
        "only": next((copy for copy in mine if answered and str(copy.pk) == given.get("copy")), None),
        "post_id": post_id,
        "why": why,
        "by_key": by_key,
        "title": mine[0].title if mine else copies.nameless(post_id),
        "count": count,
        "copies": mine,
        "rest": count - len(mine),
        "form": form if answered else HeldForm(initial={"post": post_id}, auto_id=f"held-{post_id}-{why}-%s"),
    }


def _answer(request: HttpRequest) -> HttpResponse:
    post = request.POST.get("post", "")
    form = HeldForm(request.POST, auto_id=f"held-{post}-%s")
    if not form.is_valid():
        return _page(request, form)
    chosen = list(_answerable(request, form.cleaned_data))
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


def _answerable(request: HttpRequest, said: Mapping[str, Any]) -> QuerySet[Delivery]:
    person = person_of(request)
    if not rights(person).may(Ability.RESUME_SENDING):
        raise PermissionDenied(_("This is for other roles."))
    found = releasable_by(person).filter(post_id=said["post"])
    if said["copy"] is not None:
        return found.filter(pk=said["copy"])
    return found.filter({BY_KEY: BY_A_KEY, BY_STOP: ~BY_A_KEY}.get(said["why"], Q()))


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
