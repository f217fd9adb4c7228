"""The credential of a channel, which only goes in, and what the engine found with it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, require, signed_in
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.core.asked import way_back
from ravi.directory import queries, sentences, services
from ravi.directory.forms import CredentialForm
from ravi.directory.models import Credential, Errand
from ravi.directory.rules import ErrandOutcome
from ravi.directory.views.scope import visible_channel
from ravi.platforms import registry

_NEEDS_ANOTHER = frozenset({ErrandOutcome.REFUSED, ErrandOutcome.OTHER_ACCOUNT, ErrandOutcome.NO_CREDENTIAL})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def credential(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a credential; what was set before is never shown."""
    person = person_of(request)
    channel = visible_channel(person, pk)
    require(person, Ability.SET_CREDENTIAL, channel.unit_id)
    if registry.is_by_hand(channel.adapter):
        raise PermissionDenied(_("This channel is served by hand: Ravi keeps no password of it."))
    if not registry.needs_credential(channel.adapter, channel.platform):
        raise PermissionDenied(_("This channel stands on Ravi's own pages: there is nothing to connect."))
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
@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the engine whether the credential opens the account, and see what it found."""
    person = person_of(request)
    channel = visible_channel(person, pk)
    if request.method == "POST":
        try:
            services.request_verification(channel, by=person)
        except services.DirectoryRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("directory:verification", pk)
    errand, held = queries.last_errand(channel), queries.credential_of(channel)
    page = {
        "channel": channel,
        "errand": errand,
        "check": _later_check(errand, held),
        "is_open": errand is not None and errand.done_at is None,
        "is_refused": errand is not None and errand.outcome in _NEEDS_ANOTHER,
        "has_credential": held is not None,
        "is_first": held is not None and held.checked_at is None and held.probe_at is not None,
        "may_ask": rights(person).may(Ability.VERIFY_CHANNEL, channel.unit_id),
        "may_set_credential": rights(person).may(Ability.SET_CREDENTIAL, channel.unit_id),
    }
    return render(request, "directory/verification.html", page)


def _later_check(errand: Errand | None, credential: Credential | None) -> sentences.Said | None:
    """What the engine found by itself, where that is newer than what it was asked for."""
    if credential is None or credential.checked_at is None:
        return None
    if errand is not None and (errand.done_at is None or errand.done_at >= credential.checked_at):
        return None
    return sentences.check_of(credential, clock.now())
