"""Who comes: a unit sends people, they answer, and somebody is taken off the list."""

from django.contrib import messages as say
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ravi.accounts.access import needs, person_of, signed_in
from ravi.accounts.queries import people_serving
from ravi.accounts.rules import Ability
from ravi.core.calendar import number
from ravi.training import pages, services
from ravi.training.errors import TrainingRefused
from ravi.training.forms import NominationForm
from ravi.training.services.registration import Nominated
from ravi.training.views.scope import nominating_unit, visible_registration, visible_workshop

# What the page's two buttons send; anything else is no answer.
ANSWERS = {
    "yes": (services.confirm, gettext_lazy("You come.")),
    "no": (services.decline, gettext_lazy("You do not come; whoever sent you hears it.")),
}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.NOMINATE)
def nomination(request: HttpRequest, pk: int, unit_id: int) -> HttpResponse:
    """The unit's people, and how many seats it has left."""
    of, unit, person = visible_workshop(request, pk), nominating_unit(request, unit_id), person_of(request)
    free = pages.not_on_the_list(of, people_serving(unit.pk))
    form = NominationForm(request.POST or None, people=free)
    if request.method == "POST" and form.is_valid():
        try:
            done = services.nominate(of, unit, form.cleaned_data["people"], by=person)
        except TrainingRefused as refused:
            form.add_error(None, str(refused))
        else:
            _say(request, done)
            return redirect("training:workshop", pk)
    page = {"form": form, "workshop": of, "unit": unit, "seats": pages.seats_left(of, unit), "free": free}
    return render(request, "training/nomination.html", page, status=422 if form.is_bound else 200)


@signed_in
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own word: I come, or I do not."""
    of, person, comes = visible_workshop(request, pk), person_of(request), request.POST.get("comes", "")
    if comes not in ANSWERS:
        return redirect("training:workshop", pk)
    act, said = ANSWERS[comes]
    try:
        act(of, by=person)
    except TrainingRefused as refused:
        say.warning(request, str(refused))
    else:
        say.success(request, str(said))
    return redirect("training:workshop", pk)


@signed_in
@require_POST
def end(request: HttpRequest, pk: int, registration_id: int) -> HttpResponse:
    """Somebody is taken off the list; the seat goes to the next one."""
    row = visible_registration(request, visible_workshop(request, pk), registration_id)
    try:
        services.cancel_registration(row, by=person_of(request))
    except TrainingRefused as refused:
        say.warning(request, str(refused))
    return redirect("training:workshop", pk)


def _say(request: HttpRequest, done: Nominated) -> None:
    if done.seated:
        text = ngettext(
            "%(n)s person has a seat, and is asked.", "%(n)s people have a seat, and are asked.", done.seated
        )
        say.success(request, text % {"n": number(done.seated)})
    if done.waiting:
        text = ngettext("%(n)s person is on the waiting list.", "%(n)s people are on the waiting list.", done.waiting)
        say.warning(request, text % {"n": number(done.waiting)})
