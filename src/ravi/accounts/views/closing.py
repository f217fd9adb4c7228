"""A unit ends: first in whom it goes on, then what follows, then the yes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts import closing as ends
from ravi.accounts.access import needs, person_of
from ravi.accounts.forms import SuccessorForm
from ravi.accounts.queries import units_visible_to
from ravi.accounts.rules import Ability
from ravi.accounts.services import AccountRefused


@needs(Ability.MANAGE_UNITS)
@require_http_methods(["GET", "POST"])
def closing(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Nothing is written before the second page has said what follows."""
    person = person_of(request)
    unit = get_object_or_404(units_visible_to(person), pk=unit_id)
    if unit.closed_at is not None:
        return redirect("accounts:unit", unit_id=unit.pk)
    said = request.POST if request.method == "POST" else request.GET
    form = SuccessorForm(said if "successor" in said else None, units=ends.possible_successors(unit, person))
    is_chosen = form.is_bound and form.is_valid()
    successor = form.cleaned_data["successor"] if is_chosen else None
    why_not = ends.why_not_close(unit)
    if request.method == "POST" and is_chosen:
        try:
            ends.close_unit(unit, successor=successor, by=person)
        except AccountRefused as refused:
            why_not = str(refused)
        else:
            messages.success(request, _("The unit is closed. What it published stays."))
            return redirect("accounts:unit", unit_id=unit.pk)
    context = {"unit": unit, "form": form, "why_not": why_not, "is_chosen": is_chosen, "successor": successor}
    context |= ends.foretold(unit, successor) if is_chosen else {}
    return render(request, "accounts/unit_closing.html", context, status=422 if request.method == "POST" else 200)
