"""The facts of the draft: the list, and one of them as its kind asks."""

from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages as say
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ravi.accounts.access import needs, person_of
from ravi.accounts.rules import Ability
from ravi.core.asked import whole, words
from ravi.network import queries, services
from ravi.network.errors import EditedMeanwhile, NetworkRefused
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.reference import pieces
from ravi.network.facts.values import LockedFact, key
from ravi.network.forms import FactForm
from ravi.network.models import Fact, Message, Version
from ravi.network.pages.words import shown
from ravi.network.pattern import KINDS
from ravi.network.views.scope import own_draft

NEW = 0  # the place of a fact that is not there yet


@require_safe
@needs(Ability.OFFER_MESSAGE)
def facts(request: HttpRequest, pk: int) -> HttpResponse:
    """All of them; first the blanks that the text names and nobody has filled."""
    message, draft = own_draft(request, pk)
    if draft is None:
        return redirect("network:message", pk=pk)
    page = {"message": message, "draft": shown(draft), "blanks": blanks(draft), "kinds": Fact.KindChoice.choices}
    return render(request, "network/facts.html", page)


def blanks(draft: Version) -> list[tuple[str, str]]:
    """(name, kind that fills it or "") of every reference to no fact."""
    fields = queries.fields_of(draft)
    known = {key(name): kind for name, kind in KINDS.items()}
    empty: dict[str, str] = {}
    for text in fields.parts.values():
        for piece in pieces(text, fields.facts):
            if piece.is_reference and piece.fact is None:
                name = piece.source.strip("{} ")
                empty.setdefault(name, str(known.get(key(name), "")))
    return list(empty.items())


@require_http_methods(["GET", "POST"])
@needs(Ability.OFFER_MESSAGE)
def fact(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """One fact; `place` counts from 1, 0 is a new one of the kind that is asked for."""
    message, draft = own_draft(request, pk)
    if draft is None:
        return redirect("network:message", pk=pk)
    known = queries.facts_of(draft)
    if place > len(known):
        raise Http404
    old = known[place - 1] if place else None
    kind = old.kind if old else _asked_kind(request)
    if kind is None:
        return redirect("network:facts", pk=pk)
    start = {"revision": str(draft.revision), "name": words(request.GET.get("name", ""))}
    form = FactForm(kind, request.POST or None, fact=old, **start)
    if request.method == "POST" and (_is_removal(request) or form.is_valid()):
        kept = [*known[: place - 1], *known[place:]] if place else list(known)
        if form.is_bound and not _is_removal(request) and form.fact is not None:
            kept.insert(place - 1 if place else len(kept), form.fact)
        if _keep(request, draft, tuple(kept), form):
            return redirect(_next(request, pk))
    return _page(request, message, form, old)


def _next(request: HttpRequest, pk: int) -> str:
    """From a blank of the text to the next one that has no value yet; from anywhere else back to the list."""
    listed = reverse("network:facts", args=[pk])
    _message, draft = own_draft(request, pk)
    if draft is None or not request.GET.get("name"):
        return listed
    left = [(name, kind) for name, kind in blanks(draft) if kind]
    if not left:
        return listed
    name, kind = left[0]
    return f"{reverse('network:fact', args=[pk, NEW])}?{urlencode({'kind': kind, 'name': name})}"


def _asked_kind(request: HttpRequest) -> FactKind | None:
    asked = request.POST.get("kind") or request.GET.get("kind", "")
    return FactKind(asked) if asked in set(FactKind) else None


def _is_removal(request: HttpRequest) -> bool:
    return "remove" in request.POST


def _keep(request: HttpRequest, draft: Version, kept: tuple[LockedFact, ...], form: FactForm) -> bool:
    fields = replace(queries.fields_of(draft), facts=kept)
    expected = whole(request.POST.get("revision", "")) or 0
    try:
        services.save_version(draft, fields, expected_revision=expected, by=person_of(request))
    except EditedMeanwhile:
        form.add_error(None, _("Somebody changed this message meanwhile. Go back to the facts and look at them again."))
        return False
    except NetworkRefused as refused:
        form.add_error(None, str(refused))
        return False
    say.success(request, _("Kept."))
    return True


def _page(request: HttpRequest, message: Message, form: FactForm, old: LockedFact | None) -> HttpResponse:
    page = {
        "message": message,
        "form": form,
        "fact": old,
        "kind": form.kind,
        "kind_name": Fact.KindChoice(form.kind).label,
    }
    return render(request, "network/fact.html", page, status=422 if form.is_bound else 200)
