"""What belongs to a channel: credential, verification, custodians, loan. Each is a small resource of its own."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, require, signed_in
from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.core.asked import way_back, whole
from ravi.core.calendar import in_tehran
from ravi.directory import queries, services
from ravi.directory.forms import CredentialForm, CustodianForm
from ravi.directory.models import Channel

page_methods = require_http_methods(["GET", "HEAD", "POST"])


@signed_in
@page_methods
def credential(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a credential; what was set before is never shown."""
    person, channel = _at_the_door(request, pk)
    require(person, Ability.SET_CREDENTIAL, channel.unit_id)
    form = CredentialForm(request.POST or None, kind=services.credentials_type(channel))
    if request.method == "POST" and form.is_valid():
        try:
            services.set_credential(channel, form.values(), by=person)
        except services.DirectoryRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The credential is sealed. Only the engine can open it."))
            return redirect(way_back(request, reverse("directory:verification", args=[pk])))
    came_from = request.POST.get("next", request.GET.get("next", ""))
    page = {"form": form, "channel": channel, "credential": queries.credential_of(channel), "next": came_from}
    return render(request, "directory/credential.html", page, status=422 if form.is_bound else 200)


@signed_in
@page_methods
def verification(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the engine whether the credential opens the account, and see what it found."""
    person, channel = _at_the_door(request, pk)
    if request.method == "POST":
        try:
            services.request_verification(channel, by=person)
        except services.DirectoryRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("directory:verification", pk)
    errand = queries.last_errand(channel)
    page = {
        "channel": channel,
        "errand": errand,
        "is_open": errand is not None and errand.done_at is None,
        "has_credential": queries.credential_of(channel) is not None,
        "may_ask": rights(person).may(Ability.VERIFY_CHANNEL, channel.unit_id),
        "may_set_credential": rights(person).may(Ability.SET_CREDENTIAL, channel.unit_id),
    }
    return render(request, "directory/verification.html", page)


@signed_in
@page_methods
def custodians(request: HttpRequest, pk: int) -> HttpResponse:
    """Who holds the account; POST with `end` says that somebody no longer does."""
    person, channel = _at_the_door(request, pk)
    may_name = rights(person).may(Ability.SET_CREDENTIAL, channel.unit_id)
    if request.method == "POST" and not may_name:
        raise PermissionDenied(_("The head of the unit or headquarters names custodians."))
    ended = whole(request.POST.get("end", ""))
    if ended is not None:
        return _end_custodian(request, channel, ended)
    form = CustodianForm(request.POST or None, people=queries.people_to_hold(channel, person))
    if request.method == "POST" and form.is_valid():
        try:
            services.add_custodian(channel, form.cleaned_data["person"], since=form.since_day(), by=person)
        except services.DirectoryRefused as refusal:
            form.add_error("person", str(refusal))
        else:
            return redirect("directory:custodians", pk)
    held = list(channel.custodians.select_related("person"))
    page = {"form": form, "channel": channel, "may_name": may_name, "custodians": held}
    return render(request, "directory/custodians.html", page, status=422 if form.is_bound else 200)


@signed_in
@page_methods
def loan(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit lends headquarters the right to publish; POST with `end` takes it back."""
    person, channel = _at_the_door(request, pk)
    if request.method == "POST":
        try:
            ended = whole(request.POST.get("end", ""))
            if ended is not None:
                standing = get_object_or_404(queries.loans_of(channel), pk=ended)
                services.revoke_loan(standing, by=person)
            else:
                services.lend_channel(channel, by=person)
        except services.DirectoryRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("directory:loan", pk)
    page = {
        "channel": channel,
        "loans": list(queries.loans_of(channel)),
        "standing": queries.standing_loan(channel),
        "may_lend": rights(person).may(Ability.LEND_CHANNEL, channel.unit_id),
        "is_own": channel.unit.parent_id is None,
    }
    return render(request, "directory/loan.html", page)


def _end_custodian(request: HttpRequest, channel: Channel, custodian_id: int) -> HttpResponse:
    held = get_object_or_404(channel.custodians.select_related("channel"), pk=custodian_id)
    try:
        services.end_custodian(held, until=in_tehran(clock.now()).date(), by=person_of(request))
    except services.DirectoryRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("directory:custodians", channel.pk)


def _at_the_door(request: HttpRequest, pk: int) -> tuple[Person, Channel]:
    person = person_of(request)
    return person, get_object_or_404(queries.channels_visible_to(person).select_related("unit"), pk=pk)
