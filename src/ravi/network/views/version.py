"""The words of the draft, all versions with what changed between them, and the next one."""

from django.contrib import messages as say
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ravi.accounts.access import needs, person_of
from ravi.accounts.rules import Ability
from ravi.core.asked import whole
from ravi.network import queries, services
from ravi.network.errors import EditedMeanwhile, NetworkRefused
from ravi.network.forms import WordsForm
from ravi.network.models import Message, Version
from ravi.network.pages.words import changes, shown
from ravi.network.rules import needs_expert
from ravi.network.views.fact import blanks
from ravi.network.views.message import READERS
from ravi.network.views.scope import own_draft, own_message, visible_message
from ravi.publishing.pages.diff import difference


@require_http_methods(["GET", "POST"])
@needs(Ability.OFFER_MESSAGE)
def words(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor of the draft: one form, kept as a whole."""
    message, draft = own_draft(request, pk)
    if draft is None:
        return redirect("network:message", pk=pk)
    form = WordsForm(request.POST or None, kept=queries.fields_of(draft), revision=draft.revision, number=draft.number)
    if request.method == "POST" and form.is_valid():
        return _keep(request, message, draft, form)
    return _page(request, message, draft, form)


def _keep(request: HttpRequest, message: Message, draft: Version, form: WordsForm) -> HttpResponse:
    expected = whole(form.cleaned_data["revision"]) or 0
    try:
        services.save_version(draft, form.fields_said(), expected_revision=expected, by=person_of(request))
    except EditedMeanwhile as meanwhile:
        return _conflict(request, message, form, meanwhile)
    except NetworkRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, message, draft, form)
    say.success(request, _("Kept."))
    leads = {"facts": "network:facts", "issue": "network:issue"}.get(request.POST.get("then", ""), "network:message")
    return redirect(leads, pk=message.pk)


def _conflict(request: HttpRequest, message: Message, form: WordsForm, meanwhile: EditedMeanwhile) -> HttpResponse:
    """What was typed stays in the form, over the revision that stands now; keeping it again is a decision."""
    again = request.POST.copy()
    again["revision"] = str(meanwhile.version.revision)
    anew = WordsForm(again, kept=meanwhile.theirs, revision=meanwhile.version.revision, number=meanwhile.version.number)
    anew.is_valid()
    anew.add_error(None, str(meanwhile))
    theirs, yours = (f"{one.title}\n{one.text}" for one in (meanwhile.theirs, meanwhile.yours))
    return _page(
        request, message, meanwhile.version, anew, {"difference": difference(theirs, yours), "who": meanwhile.who}
    )


def _page(
    request: HttpRequest, message: Message, draft: Version, form: WordsForm, more: dict[str, object] | None = None
) -> HttpResponse:
    is_free = not needs_expert(message.topic)  # health words have a last day
    page = {"message": message, "draft": shown(draft), "form": form, "is_free": is_free, "blanks": blanks(draft)}
    page |= more or {}
    return render(request, "network/words.html", page, status=422 if form.is_bound else 200)


@require_safe
@needs(*READERS)
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version, the newest first, with what changed in it."""
    message = visible_message(request, pk)
    listed = list(
        message.versions.select_related("issued_by", "edited_by").prefetch_related("facts").order_by("number")
    )
    pairs = [
        (one, changes(before, one) if before else None) for before, one in zip([None, *listed], listed, strict=False)
    ]
    return render(request, "network/versions.html", {"message": message, "pairs": pairs[::-1]})


@require_POST
@needs(Ability.OFFER_MESSAGE)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """The next version begins with the words of the last."""
    message = own_message(request, pk)
    try:
        services.start_version(message, by=person_of(request))
    except NetworkRefused as refused:
        say.warning(request, str(refused))
        return redirect("network:message", pk=pk)
    return redirect("network:words", pk=pk)
