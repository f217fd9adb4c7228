"""Sessions: a new one, another time or place, and one that nobody has seen goes."""

from collections.abc import Callable

from django.contrib import messages as say
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from ravi.accounts.access import needs, person_of
from ravi.accounts.rules import Ability
from ravi.training import queries, services
from ravi.training.draft import SessionFields
from ravi.training.errors import TrainingRefused
from ravi.training.forms import SessionForm
from ravi.training.models import Session, Workshop
from ravi.training.rules import WorkshopState
from ravi.training.views.scope import planned_session, planned_workshop


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.PLAN_WORKSHOP)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """One more part of the day."""
    of, form = planned_workshop(request, pk), SessionForm(request.POST or None)
    return _kept(request, form, of, lambda said: services.add_session(of, said, by=person_of(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.PLAN_WORKSHOP)
def edit(request: HttpRequest, pk: int, session_id: int) -> HttpResponse:
    """Another time or place: whoever comes hears it."""
    of = planned_session(request, pk, session_id)
    form = SessionForm(request.POST or None, session=of)
    return _kept(request, form, of.workshop, lambda said: services.edit_session(of, said, by=person_of(request)), of)


@require_POST
@needs(Ability.PLAN_WORKSHOP)
def drop(request: HttpRequest, pk: int, session_id: int) -> HttpResponse:
    """Out of a plan that nobody has seen."""
    try:
        services.drop_session(planned_session(request, pk, session_id), by=person_of(request))
    except TrainingRefused as refused:
        say.warning(request, str(refused))
    return redirect("training:workshop", pk)


def _kept(
    request: HttpRequest,
    form: SessionForm,
    of: Workshop,
    keep: Callable[[SessionFields], Session],
    session: Session | None = None,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            keep(form.fields_said())
        except TrainingRefused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("training:workshop", of.pk)
    coming = len(queries.people_coming(of)) if of.state == WorkshopState.OPEN else 0
    page = {"form": form, "workshop": of, "session": session, "coming": coming}
    return render(request, "training/session_form.html", page, status=422 if form.is_bound else 200)
