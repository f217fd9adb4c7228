"""Where a person wants to be told outside of Ravi: nobody but they sees or changes it."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ravi.accounts.access import person_of, signed_in
from ravi.notices import services
from ravi.notices.forms import AddressForm, CodeForm, QuietForm
from ravi.notices.models import Address
from ravi.notices.pages import ways
from ravi.notices.queries import living_addresses
from ravi.notices.senders.configured import offered


@signed_in
@require_GET
def reach(request: HttpRequest) -> HttpResponse:
    """Every way that this Ravi has, and where the person stands on it."""
    return _page(request)


@signed_in
@require_POST
def address(request: HttpRequest) -> HttpResponse:
    """Ask for a code; asking again or elsewhere makes the earlier one void."""
    sender = request.POST.get("sender", "")
    if sender not in offered():
        raise Http404
    form = AddressForm(request.POST, sender=sender)
    if form.is_valid():
        try:
            services.ask_code(person_of(request), sender, form.cleaned_data["address"])
        except services.TooManyCodes as refused:
            form.add_error("address", str(refused))
        else:
            return redirect("notices:reach")
    return _page(request, sender, form)


@signed_in
@require_POST
def code(request: HttpRequest, address_id: int) -> HttpResponse:
    """The proof that the person reads that place."""
    mine = _mine(request, address_id)
    form = CodeForm(request.POST)
    if mine.confirmed_at is None and form.is_valid():
        try:
            services.confirm_address(person_of(request), mine.pk, form.cleaned_data["code"])
        except services.CodeRefused as refused:
            form.add_error("code", str(refused))
        else:
            messages.success(request, _("From now on Ravi tells you there too."))
    return _page(request, mine.sender, form) if form.errors else redirect("notices:reach")


@signed_in
@require_POST
def quiet_hours(request: HttpRequest, address_id: int) -> HttpResponse:
    """The hours in which only what is urgent comes."""
    mine = _mine(request, address_id)
    form = QuietForm(request.POST)
    if not form.is_valid():
        return _page(request, mine.sender, form)
    services.set_quiet_hours(person_of(request), mine.pk, **form.cleaned_data)
    messages.success(request, _("Your quiet hours are kept."))
    return redirect("notices:reach")


@signed_in
@require_POST
def end(request: HttpRequest, address_id: int) -> HttpResponse:
    """Nothing goes there any more."""
    services.end_address(person_of(request), _mine(request, address_id).pk)
    messages.success(request, _("Nothing goes there any more."))
    return redirect("notices:reach")


def _mine(request: HttpRequest, address_id: int) -> Address:
    return get_object_or_404(living_addresses(person_of(request)), pk=address_id)


def _page(request: HttpRequest, sender: str = "", form: Form | None = None) -> HttpResponse:
    context: dict[str, Any] = {"ways": ways(person_of(request), sender, form)}
    return render(request, "notices/reach.html", context, status=422 if form else 200)
