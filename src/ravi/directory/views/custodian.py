"""Who holds a channel's account, and since when."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, signed_in
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.core.asked import whole
from ravi.core.calendar import in_tehran
from ravi.directory import queries, services
from ravi.directory.forms import CustodianForm
from ravi.directory.models import Channel
from ravi.directory.views.scope import visible_channel


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def custodians(request: HttpRequest, pk: int) -> HttpResponse:
    """Who holds the account; POST with `end` says that somebody no longer does."""
    person = person_of(request)
    channel = visible_channel(person, pk)
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


def _end_custodian(request: HttpRequest, channel: Channel, custodian_id: int) -> HttpResponse:
    held = get_object_or_404(channel.custodians.select_related("channel"), pk=custodian_id)
    try:
        services.end_custodian(held, until=in_tehran(clock.now()).date(), by=person_of(request))
    except services.DirectoryRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("directory:custodians", channel.pk)
