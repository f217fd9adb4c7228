"""The library as a place: what the units in sight have, the newest first, found by words, unit and kind."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ravi.accounts.access import person_of, signed_in
from ravi.accounts.queries import rights, unit_names_visible_to
from ravi.accounts.rules import Ability
from ravi.core.asked import whole
from ravi.library.models import Media
from ravi.library.queries import Asked, page_of, shelf_of
from ravi.library.uses import Use, uses_of

MOST_USES = 2


@signed_in
@require_safe
def shelf(request: HttpRequest) -> HttpResponse:
    """The grid; `?before=` goes on where the page before it ended."""
    person = person_of(request)
    asked = Asked.read(request.GET)
    before = whole(request.GET.get("before", ""))
    rows, more = page_of(shelf_of(person, asked), before)
    used = uses_of([media.pk for media in rows], person)
    context = {
        "rows": [_tile(media, used.get(media.pk, ())) for media in rows],
        "asked": asked,
        "is_narrowed": asked.is_narrow,
        "units": unit_names_visible_to(person),
        "more": more,
        "is_later_page": before is not None,
        "may_add": rights(person).may(Ability.WRITE_POST),
    }
    return render(request, "library/shelf.html", context)


def _tile(media: Media, uses: Any) -> dict[str, Any]:
    shown: list[Use] = list(uses)[:MOST_USES]
    return {"media": media, "uses": shown, "more_uses": len(uses) - len(shown)}
