"""Saying that somebody is away: they themselves, or the head for them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts import absence as absences
from ravi.accounts.access import person_of, signed_in
from ravi.accounts.forms import AbsenceForm
from ravi.accounts.models import Person
from ravi.accounts.queries import people_visible_to, rights
from ravi.accounts.rules import Ability
from ravi.accounts.services import AccountRefused
from ravi.core import clock


@require_http_methods(["GET", "POST"])
@signed_in
def absence(request: HttpRequest, person_id: int) -> HttpResponse:
    """Note an absence, or end it."""
    me = person_of(request)
    somebody = get_object_or_404(people_visible_to(me), pk=person_id, is_active=True)
    if somebody.pk != me.pk and not rights(me).may(Ability.MANAGE_PEOPLE):
        raise PermissionDenied(_("This is for other roles."))
    if request.method == "POST" and request.POST.get("act") == "end":
        absences.end_absence(somebody, by=me)
        messages.success(request, _("Noted: back again."))
        return redirect("accounts:absence", person_id=somebody.pk)
    known = absences.absence_of(somebody, clock.now())
    form = AbsenceForm(
        request.POST if request.method == "POST" else None, stand_ins=absences.possible_stand_ins(somebody)
    )
    if request.method == "POST" and form.is_valid() and _noted(request, form, somebody, me):
        return redirect("accounts:absence", person_id=somebody.pk)
    context = {"form": form, "somebody": somebody, "absence": known, "is_me": somebody.pk == me.pk}
    return render(request, "accounts/absence.html", context, status=422 if form.errors else 200)


def _noted(request: HttpRequest, form: AbsenceForm, somebody: Person, me: Person) -> bool:
    data = form.cleaned_data
    try:
        absences.note_absence(
            somebody, starts_at=data["starts_at"], ends_at=data["ends_at"], stand_in=data["stand_in"], by=me
        )
    except AccountRefused as refused:
        form.add_error("ends_at", str(refused))
        return False
    messages.success(request, _("Noted. What waits is told to whoever stands in."))
    return True
