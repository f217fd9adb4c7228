"""The health expert's yes: who writes asks for it, who knows says it, before any unit sees the words."""

from django.contrib import messages as say
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ravi.accounts.access import needs, person_of
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.network import queries, services
from ravi.network.errors import NetworkRefused
from ravi.network.forms.endorsement import ReturnWordsForm
from ravi.network.models import Message, Version
from ravi.network.pages.words import changes, shown
from ravi.network.views.scope import own_message, visible_message


@require_http_methods(["GET", "POST"])
@needs(Ability.OFFER_MESSAGE, Ability.APPROVE_HEALTH_POST)
def endorsement(request: HttpRequest, pk: int) -> HttpResponse:
    """The words with their facts and sources, what changed, and the yes for whoever may say it."""
    message, person = visible_message(request, pk), person_of(request)
    draft = queries.draft_of(message)
    if draft is None:
        return redirect("network:message", pk=pk)
    no = ReturnWordsForm(request.POST) if request.POST.get("act") == "return" else None
    if no is not None and no.is_valid():
        return _send_back(request, message, draft, no.cleaned_data["note"])
    if request.method == "POST" and no is None:
        return _endorse(request, message, draft)
    page = {
        "message": message,
        "draft": shown(draft),
        "changes": changes(message.current, draft) if message.current else None,
        "endorsement": queries.endorsement_of(draft),
        "may_endorse": rights(person).may(Ability.APPROVE_HEALTH_POST, message.unit_id),
        "is_own": person.pk in queries.writer_ids(message),
        "no": no or ReturnWordsForm(),
    }
    return render(request, "network/endorsement.html", page, status=422 if no else 200)


def _endorse(request: HttpRequest, message: Message, draft: Version) -> HttpResponse:
    try:
        services.endorse_version(draft, content_hash=request.POST.get("content_hash", ""), by=person_of(request))
    except NetworkRefused as refused:
        say.warning(request, str(refused))
        return redirect("network:endorsement", pk=message.pk)
    say.success(request, _("Your yes to these words is kept. Headquarters can offer them now."))
    return redirect("network:message", pk=message.pk)


def _send_back(request: HttpRequest, message: Message, draft: Version, note: str) -> HttpResponse:
    content_hash = request.POST.get("content_hash", "")
    try:
        services.return_version(draft, content_hash=content_hash, note=note, by=person_of(request))
    except NetworkRefused as refused:
        say.warning(request, str(refused))
        return redirect("network:endorsement", pk=message.pk)
    say.success(request, _("Whoever wrote it was told what to change. No unit sees it meanwhile."))
    return redirect("desk:home")


@require_POST
@needs(Ability.OFFER_MESSAGE)
def request_yes(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the health experts."""
    message = own_message(request, pk)
    try:
        services.ask_endorsement(message, by=person_of(request))
    except NetworkRefused as refused:
        say.warning(request, str(refused))
        return redirect("network:words", pk=pk)
    say.success(request, _("The health experts were told. You hear when one of them has said yes."))
    return redirect("network:message", pk=pk)
