"""A unit's older words go on all the same."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ravi.accounts.access import person_of, signed_in
from ravi.core.asked import whole
from ravi.network import services
from ravi.network.errors import NetworkRefused
from ravi.network.services import steps
from ravi.network.views.scope import visible_offer
from ravi.publishing.errors import PublishingRefused


@require_POST
@signed_in
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """What waits goes out as it is."""
    found, person = visible_offer(request, pk), person_of(request)
    steps.require_answerer(person, found)
    try:
        services.go_on_older(found, answer_id=whole(request.POST.get("before", "")) or 0, by=person)
    except (NetworkRefused, PublishingRefused) as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Your words go on as they are."))
    return redirect("network:offer", pk=pk)
