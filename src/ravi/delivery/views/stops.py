"""Stop orders: the button acts at once; lifting asks, and needs another person than the one who stopped."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ravi.accounts.access import needs, person_of, signed_in
from ravi.accounts.models import Person
from ravi.accounts.queries import people_who_may_over, rights
from ravi.accounts.rules import Ability
from ravi.core import asked, clock
from ravi.core.calendar import number
from ravi.delivery import services
from ravi.delivery.errors import AlreadyLifted, SamePerson
from ravi.delivery.forms import StopForm
from ravi.delivery.models import StopOrder
from ravi.delivery.pages import stop_targets
from ravi.delivery.pages.stops import told
from ravi.delivery.queries import active_stops, may_lift, stop_orders_visible_to, stops_in_sight, unit_of_stop
from ravi.delivery.rules import Scope

PAST = 20


@require_safe
@signed_in
def stops(request: HttpRequest) -> HttpResponse:
    """What is stopped now, and what was."""
    person = person_of(request)
    past = stop_orders_visible_to(person).exclude(lifted_at=None).order_by("-lifted_at")[:PAST]
    return render(
        request,
        "delivery/stops.html",
        {
            "active": told(stops_in_sight(active_stops(person.institution_id), person), person, weigh_at=clock.now()),
            "past": told(past, person),
            "may_stop": rights(person).may(Ability.STOP_SENDING),
            "may_resume": rights(person).may(Ability.RESUME_SENDING),
        },
    )


@require_http_methods(["GET", "POST"])
@needs(Ability.STOP_SENDING)
def stop(request: HttpRequest) -> HttpResponse:
    """Stop: the button of a board sends its scope and acts at once; without one, the page asks what, and counts it."""
    person = person_of(request)
    wanted = request.POST.get("target", "") or request.GET.get("target", "")
    targets = stop_targets.targets(person, wanted, asked.whole(request.GET.get("unit", "")))
    if request.method == "GET":
        targets = stop_targets.weighed(person, targets)
    form = StopForm(
        request.POST or None, targets=targets, initial={"target": wanted or (targets[0][0] if targets else "")}
    )
    if request.method == "POST" and form.is_valid():
        scope, key = form.scope_and_key
        data = form.cleaned_data
        services.stop(
            scope,
            key,
            by=person,
            reason=data["reason"],
            institution_id=person.institution_id,
            removals_too=data["removals_too"],
        )
        messages.success(request, _stopped(scope))
        return redirect(_next(request))
    context = {"form": form, "is_narrow": "unit" in request.GET}
    return render(request, "delivery/stop.html", context, status=422 if form.errors else 200)


def _stopped(scope: str) -> str:
    if scope == Scope.INSTITUTION:
        return _("All sending is stopped, other messages too. What falls due meanwhile waits for you.")
    return _("Sending is stopped. Nothing is lost; what falls due meanwhile waits for you.")


@require_safe
@needs(Ability.STOP_SENDING)
def stop_units(request: HttpRequest) -> HttpResponse:
    """The units of this person, each leading to itself and its channels."""
    return render(request, "delivery/stop_units.html", {"units": stop_targets.units(person_of(request))})


@require_http_methods(["GET", "POST"])
@signed_in
def lifting(request: HttpRequest, stop_id: int) -> HttpResponse:
    """Let sending go on. Asks first; whoever stopped does not lift."""
    person = person_of(request)
    order = get_object_or_404(stop_orders_visible_to(person), pk=stop_id)
    if not may_lift(person, order):
        raise PermissionDenied(_("This is for other roles."))
    if request.method == "POST":
        return _lift(request, order)
    context = {"stop": told([order], person, weigh_at=clock.now())[0], "others": _others(person, order)}
    return render(request, "delivery/lifting.html", context)


def _others(person: Person, order: StopOrder) -> list[Person]:
    """Some colleagues who may lift this very stop; a unit's people do not lift what reaches beyond it."""
    unit = unit_of_stop(order)
    able = people_who_may_over(unit.pk if unit else None, person.institution_id, Ability.RESUME_SENDING)
    return list(able.exclude(pk__in=[person.pk, order.stopped_by_id or 0])[:4])


def _lift(request: HttpRequest, order: StopOrder) -> HttpResponse:
    try:
        waiting = services.lift_stop(order, by=person_of(request))
    except SamePerson:
        messages.warning(request, _("You stopped this yourself. Another person lets it go on."))
        return redirect("delivery:lifting", stop_id=order.pk)
    except AlreadyLifted:
        messages.info(request, _("Sending goes on already; somebody lifted this stop."))
        return redirect("delivery:stops")
    if not waiting:
        messages.success(request, _("Sending goes on. Nothing fell due meanwhile."))
        return redirect("delivery:stops")
    said = ngettext(
        "Sending goes on. %(n)s copy fell due meanwhile and waits for you.",
        "Sending goes on. %(n)s copies fell due meanwhile and wait for you.",
        waiting,
    )
    messages.success(request, said % {"n": number(waiting)})
    return redirect("delivery:held")


def _next(request: HttpRequest) -> str:
    return asked.way_back(request, reverse("delivery:stops"))
