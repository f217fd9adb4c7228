"""Text cards: written, looked at, kept. Looking writes nothing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ravi.accounts.access import needs, person_of
from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import units_written_for
from ravi.accounts.rules import Ability
from ravi.core.asked import whole
from ravi.library.errors import ImageRefused
from ravi.library.forms import CardForm
from ravi.library.lettered import letter_card
from ravi.library.models import Media
from ravi.library.pages.card import CardDesk, again
from ravi.library.queries import media_visible_to


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.WRITE_POST)
def new_card(request: HttpRequest) -> HttpResponse:
    """Words become a picture of the unit; `from` names a card to begin with."""
    person = person_of(request)
    units = _units(person)
    unit = _asked_unit(request, units)
    desk = CardDesk(request, unit, again(card_asked(request, person)))
    if request.method == "POST" and request.POST.get("act") == "keep":
        media = desk.keep(person)
        if media is not None:
            messages.success(request, _("The card is in the library."))
            return redirect("library:media", pk=media.pk)
    status = 422 if request.method == "POST" and desk.form.errors else 200
    return render(request, "library/card.html", desk.context() | {"units": units}, status=status)


@require_safe
@needs(Ability.WRITE_POST)
def card_preview(request: HttpRequest) -> HttpResponse:
    """The card as it would look; nothing is kept."""
    unit = _asked_unit(request, _units(person_of(request)))
    form = CardForm(request.GET)
    if not form.is_valid():
        return _said(_("This card cannot be drawn. Its page says why."))
    try:
        drawn = letter_card(form.card(unit))
    except ImageRefused as refused:
        return _said(str(refused))
    headers = {"Cache-Control": "private, max-age=300", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(drawn.content, content_type=drawn.media_type, headers=headers)


def card_asked(request: HttpRequest, person: Person) -> Media | None:
    """The card that `from` names, among the images in sight."""
    key = whole(request.POST.get("from") or request.GET.get("from") or "")
    return media_visible_to(person).filter(pk=key).first() if key is not None else None


def _said(sentence: str) -> HttpResponse:
    return HttpResponse(sentence, content_type="text/plain; charset=utf-8", status=422)


def _units(person: Person) -> list[Unit]:
    units = list(units_written_for(person).select_related("institution"))
    if not units:
        raise PermissionDenied(_("You write for no unit yet. Ask the head of the institution for a role."))
    return units


def _asked_unit(request: HttpRequest, units: list[Unit]) -> Unit:
    wanted = request.POST.get("unit") or request.GET.get("unit") or ""
    return next((unit for unit in units if str(unit.pk) == wanted), units[0])
