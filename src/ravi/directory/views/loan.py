"""A unit lends headquarters the right to publish on its channel, and takes it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, signed_in
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core.asked import whole
from ravi.directory import queries, services
from ravi.directory.views.scope import visible_channel


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def loan(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit lends headquarters the right to publish; POST with `end` takes it back."""
    person = person_of(request)
    channel = visible_channel(person, pk)
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
