"""What a unit takes by itself: its head chooses it, ends it with one tap, and what was taken can be taken back."""

from django.contrib import messages as say
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ravi.accounts.access import person_of, signed_in
from ravi.accounts.models import Unit
from ravi.accounts.queries import open_units_visible_to
from ravi.core.asked import whole
from ravi.network import queries, services
from ravi.network.errors import NetworkRefused
from ravi.network.forms.auto_adoption import AutoAdoptionForm
from ravi.network.services import steps
from ravi.network.views.scope import visible_offer
from ravi.publishing.errors import PublishingRefused


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def auto_adoption(request: HttpRequest, unit_id: int) -> HttpResponse:
    """What holds now, and for the head of the unit what it should be."""
    unit = _unit(request, unit_id)
    rule, is_head = queries.auto_adoption_of(unit), _is_head(request, unit)
    if request.method == "POST" and not is_head:
        raise PermissionDenied(_("The head of the unit says what it takes by itself."))
    form = AutoAdoptionForm(request.POST if request.method == "POST" else None, rule=rule)
    if request.method == "POST" and form.is_valid():
        services.start_auto_adoption(unit, form.kinds_chosen(), by=person_of(request))
        say.success(request, _("From now on your unit takes them by itself. Each still waits for its approval."))
        return redirect("network:auto_adoption", unit_id=unit.pk)
    page = {"unit": unit, "rule": rule, "form": form, "is_head": is_head}
    return render(request, "network/auto_adoption.html", page, status=422 if form.errors else 200)


@require_POST
@signed_in
def end(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Nothing more is taken by itself."""
    unit = _unit(request, unit_id)
    services.end_auto_adoption(unit, by=person_of(request))
    say.success(request, _("Your unit is asked again each time. What was taken stays."))
    return redirect("network:auto_adoption", unit_id=unit.pk)


@require_POST
@signed_in
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """What was taken by itself waits for the unit's own answer again."""
    found, person = visible_offer(request, pk), person_of(request)
    steps.require_answerer(person, found)
    try:
        services.take_back_answer(found, answer_id=whole(request.POST.get("before", "")) or 0, by=person)
    except (NetworkRefused, PublishingRefused) as refused:
        say.warning(request, str(refused))
    else:
        say.success(request, _("Taken back. Your unit decides about it now."))
    return redirect("network:offer", pk=pk)


def _unit(request: HttpRequest, unit_id: int) -> Unit:
    """404 for one out of sight, for a closed one, and for headquarters, which is offered nothing."""
    seen = open_units_visible_to(person_of(request)).exclude(parent=None)
    return get_object_or_404(seen, pk=unit_id)


def _is_head(request: HttpRequest, unit: Unit) -> bool:
    return unit.pk in queries.headed_unit_ids(person_of(request))
