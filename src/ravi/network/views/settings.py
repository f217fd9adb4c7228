"""How a message goes through the network: topic, units, deadline, pace."""

from django.contrib import messages as say
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import needs, person_of
from ravi.accounts.queries import open_units_visible_to
from ravi.accounts.rules import Ability
from ravi.core.asked import whole
from ravi.network import queries, services
from ravi.network.errors import NetworkRefused
from ravi.network.forms import SettingsForm
from ravi.network.views.scope import own_message


@require_http_methods(["GET", "POST"])
@needs(Ability.OFFER_MESSAGE)
def settings(request: HttpRequest, pk: int) -> HttpResponse:
    """One form; other units are reached when a version is offered."""
    message = own_message(request, pk)
    person = person_of(request)
    units = [unit for unit in open_units_visible_to(person) if unit.path.startswith(message.unit.path)]
    campaigns = queries.campaigns_visible_to(person).filter(state="open").order_by("name")
    form = SettingsForm(
        request.POST or None,
        message=message,
        aims=[queries.aim_of(target) for target in message.targets.all()],
        units=[unit for unit in units if unit.pk != message.unit_id],
        campaigns=list(campaigns),
    )
    if request.method == "POST" and form.is_valid():
        expected = whole(form.cleaned_data["revision"]) or 0
        try:
            services.edit_message(message, form.fields_said(), expected_revision=expected, by=person)
        except NetworkRefused as refused:
            form.add_error(None, str(refused))
        else:
            say.success(request, _("Kept."))
            return redirect("network:message", pk=pk)
    page = {"message": message, "form": form}
    return render(request, "network/settings.html", page, status=422 if form.is_bound else 200)
