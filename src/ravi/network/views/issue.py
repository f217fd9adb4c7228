"""Offering a version: says to how many units it goes, what is still missing, and does it once."""

from django.contrib import messages as say
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import needs, person_of
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.core.asked import whole
from ravi.core.calendar import number
from ravi.network import queries, services
from ravi.network.errors import NetworkRefused
from ravi.network.models import Message, Version
from ravi.network.pages import standing
from ravi.network.pages.words import changes, shown
from ravi.network.queries.correct_message import answers_to_correct
from ravi.network.rules import needs_expert
from ravi.network.services.issue import check_words
from ravi.network.views.scope import own_draft


@require_http_methods(["GET", "POST"])
@needs(Ability.OFFER_MESSAGE)
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """What will be offered, to whom, and the one button."""
    message, draft = own_draft(request, pk)
    if draft is None:
        return redirect("network:message", pk=pk)
    if request.method == "POST":
        return _issue(request, message, draft)
    endorsement = queries.endorsement_of(draft) if needs_expert(message.topic) else None
    units = queries.reached_unit_ids(message)
    page = {
        "message": message,
        "draft": shown(draft),
        "changes": changes(message.current, draft) if message.current else None,
        "aims": standing.aims(message),
        "reach": standing.reach(len(units)) if units else "",
        "obstacle": _obstacle(message, draft),
        "waits_for_expert": needs_expert(message.topic) and endorsement is None,
        "endorsement": endorsement,
    }
    return render(request, "network/issue.html", page)


def _obstacle(message: Message, draft: Version) -> str:
    try:
        check_words(message, draft, clock.now())
    except NetworkRefused as refused:
        return str(refused)
    return ""


def _issue(request: HttpRequest, message: Message, draft: Version) -> HttpResponse:
    expected = whole(request.POST.get("revision", "")) or 0
    try:
        done = services.issue_version(draft, expected_revision=expected, by=person_of(request))
    except NetworkRefused as refused:
        say.warning(request, str(refused))
        return redirect("network:issue", pk=message.pk)
    count = message.offers.exclude(state="closed").count()
    said = ngettext("Version %(v)s is with %(n)s unit.", "Version %(v)s is with %(n)s units.", count)
    say.success(request, said % {"v": number(done.version.number), "n": number(count)})
    is_out = done.version.number > 1 and answers_to_correct(done.version).exists()
    return redirect("network:corrections" if is_out else "network:message", pk=message.pk)
