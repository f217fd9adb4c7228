"""The tree of units."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from ravi.accounts import services
from ravi.accounts.access import needs, person_of, signed_in
from ravi.accounts.forms import UnitForm, UnitNameForm
from ravi.accounts.models import Person
from ravi.accounts.queries import open_units_visible_to, people_with_roles, rights, unit_tree, units_visible_to
from ravi.accounts.rules import Ability, UnitKind


@signed_in
def units(request: HttpRequest) -> HttpResponse:
    """The visible part of the tree, grouped by kind."""
    person = person_of(request)
    context = {"groups": unit_tree(person), "may_add": rights(person).may(Ability.MANAGE_UNITS)}
    return render(request, "accounts/units.html", context)


@needs(Ability.MANAGE_UNITS)
@require_http_methods(["GET", "POST"])
def new_unit(request: HttpRequest) -> HttpResponse:
    """Plant a unit."""
    person = person_of(request)
    form = UnitForm(request.POST or None, units=open_units_visible_to(person))
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        try:
            added = services.add_unit(fields["name"], UnitKind(fields["kind"]), parent=fields["parent"], by=person)
        except services.AccountRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            return redirect("accounts:unit", added.pk)
    return render(request, "accounts/unit_new.html", {"form": form})


@signed_in
@require_http_methods(["GET"])
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit: where it belongs, what is under it, who serves there."""
    person = person_of(request)
    place = get_object_or_404(units_visible_to(person).select_related("parent", "successor"), pk=unit_id)
    serving = Person.objects.filter(roles__unit=place, roles__ended_at=None).distinct()
    context = {
        "unit": place,
        "children": place.children.filter(closed_at=None),
        "closed": place.children.exclude(closed_at=None),
        "people": people_with_roles(serving),
        "may_manage": rights(person).may(Ability.MANAGE_UNITS) and place.closed_at is None,
    }
    return render(request, "accounts/unit.html", context)


@needs(Ability.MANAGE_UNITS)
@require_http_methods(["GET", "POST"])
def unit_name(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Give a unit another name."""
    person = person_of(request)
    place = get_object_or_404(units_visible_to(person), pk=unit_id)
    form = UnitNameForm(request.POST or None, initial={"name": place.name})
    if request.method == "POST" and form.is_valid():
        try:
            services.rename_unit(place, form.cleaned_data["name"], by=person)
        except services.AccountRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            return redirect("accounts:unit", place.pk)
    return render(request, "accounts/unit_name.html", {"form": form, "unit": place})
