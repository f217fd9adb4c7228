"""Workshops: what comes, one with its programme and its people, and planning it."""

from collections.abc import Callable

from django.contrib import messages as say
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ravi.accounts.access import needs, person_of, signed_in
from ravi.accounts.queries import open_units_visible_to
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.training import pages, queries, services
from ravi.training.draft import WorkshopFields
from ravi.training.errors import TrainingRefused
from ravi.training.forms import CancelForm, UnitSeatsForm, WorkshopForm
from ravi.training.models import Series, Workshop
from ravi.training.views.scope import planned_workshop, visible_series, visible_workshop

Keep = Callable[[WorkshopFields], Workshop]


@signed_in
@require_safe
def workshops(request: HttpRequest) -> HttpResponse:
    """Where one is expected, what comes, and what was."""
    person, now = person_of(request), clock.now()
    listed = queries.workshops_visible_to(person)
    mine = list(queries.standing_of(person, now))
    coming = listed.exclude(ends__lte=now).exclude(pk__in=[one.workshop_id for one in mine])
    past = Paginator(listed.filter(ends__lte=now).order_by("-begins", "-pk"), 25).get_page(request.GET.get("page"))
    page = {
        "mine": pages.standing_lines(mine),
        "coming": pages.lines_of(coming.order_by("begins", "pk")),
        "past": pages.lines_of(past.object_list),
        "page": past,
        "may_plan": queries.may_plan(person),
    }
    return render(request, "training/workshops.html", page)


@signed_in
@require_safe
def workshop(request: HttpRequest, pk: int) -> HttpResponse:
    """The programme, one's own seat, and the people in sight."""
    return render(request, "training/workshop.html", pages.shown(person_of(request), visible_workshop(request, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.PLAN_WORKSHOP)
def new(request: HttpRequest, series_id: int) -> HttpResponse:
    """The next one of a series."""
    of, form = visible_series(request, series_id), WorkshopForm(request.POST or None)
    return _kept(request, form, lambda said: services.plan_workshop(of, said, by=person_of(request)), series=of)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.PLAN_WORKSHOP)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Say it anew."""
    of = planned_workshop(request, pk)
    form = WorkshopForm(request.POST or None, workshop=of)
    return _kept(request, form, lambda said: services.edit_workshop(of, said, by=person_of(request)), workshop=of)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.PLAN_WORKSHOP)
def seats(request: HttpRequest, pk: int) -> HttpResponse:
    """Another number for single units."""
    of, person = planned_workshop(request, pk), person_of(request)
    special = queries.seats_of(of).special
    form = UnitSeatsForm(request.POST or None, units=open_units_visible_to(person), special=special)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_unit_seats(of, form.seats(), by=person)
        except TrainingRefused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("training:workshop", pk)
    status = 422 if form.is_bound else 200
    return render(request, "training/seats.html", {"form": form, "workshop": of}, status=status)


@require_POST
@needs(Ability.PLAN_WORKSHOP)
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on units see it."""
    try:
        services.open_workshop(planned_workshop(request, pk), by=person_of(request))
    except TrainingRefused as refused:
        say.warning(request, str(refused))
    else:
        say.success(request, _("Announced. The heads of the units can send people."))
    return redirect("training:workshop", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.PLAN_WORKSHOP)
def cancellation(request: HttpRequest, pk: int) -> HttpResponse:
    """It does not take place, and why."""
    of, form = planned_workshop(request, pk), CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_workshop(of, reason=form.cleaned_data["reason"], by=person_of(request))
        except TrainingRefused as refused:
            form.add_error("reason", str(refused))
        else:
            return redirect("training:workshop", pk)
    page = {"form": form, "workshop": of, "count": len(queries.people_coming(of))}
    return render(request, "training/cancellation.html", page, status=422 if form.is_bound else 200)


def _kept(
    request: HttpRequest,
    form: WorkshopForm,
    keep: Keep,
    *,
    series: Series | None = None,
    workshop: Workshop | None = None,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            kept = keep(form.fields_said())
        except TrainingRefused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("training:workshop", kept.pk)
    page = {"form": form, "series": series, "workshop": workshop}
    return render(request, "training/workshop_form.html", page, status=422 if form.is_bound else 200)
