"""Series: the list, one with its workshops, and a new one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ravi.accounts.access import needs, person_of, signed_in
from ravi.accounts.rules import Ability
from ravi.training import queries, services
from ravi.training.errors import TrainingRefused
from ravi.training.forms import SeriesForm
from ravi.training.pages import lines_of
from ravi.training.views.scope import visible_series


@signed_in
@require_safe
def all_series(request: HttpRequest) -> HttpResponse:
    """By name."""
    person = person_of(request)
    page = {"listed": queries.series_visible_to(person).order_by("name", "pk"), "may_plan": queries.may_plan(person)}
    return render(request, "training/all_series.html", page)


@signed_in
@require_safe
def series(request: HttpRequest, series_id: int) -> HttpResponse:
    """Its workshops, the newest first."""
    of, person = visible_series(request, series_id), person_of(request)
    workshops = queries.workshops_visible_to(person).filter(series=of).order_by("-number")
    page = {"series": of, "lines": lines_of(workshops), "may_plan": queries.may_plan(person)}
    return render(request, "training/series.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.PLAN_WORKSHOP)
def new(request: HttpRequest) -> HttpResponse:
    """A name and a purpose."""
    form = SeriesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.start_series(form.fields_said(), by=person_of(request))
        except TrainingRefused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("training:series", made.pk)
    return render(request, "training/series_form.html", {"form": form}, status=422 if form.is_bound else 200)
