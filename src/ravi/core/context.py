"""What the shell around every page needs: who is here, where they are, where they can go."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from ravi.core.pages import entries
from ravi.core.tenancy import tenant


def shell(request: HttpRequest) -> dict[str, Any]:
    """`person`, `institution` (None for strangers) and `nav`: entries with label, url, icon, count, is_current, tab."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {"person": None, "institution": getattr(request, "institution", None), "nav": []}
    return {
        "person": person,
        "institution": person.institution,
        "nav": SimpleLazyObject(lambda: _navigation(request)),
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    # Error pages are drawn outside the view's transaction, so the tenant is set here too.
    current = _current_name(request)
    with tenant(request.user.institution_id):  # type: ignore[union-attr]
        return [
            {
                "name": entry.name,
                "label": entry.label,
                "short": entry.short or entry.label,
                "url": reverse(entry.url_name),
                "icon": entry.icon,
                "count": entry.count(request),
                "is_current": entry.name == current,
                "tab": entry.tab,
            }
            for entry in entries()
            if entry.may(request)
        ]


def _current_name(request: HttpRequest) -> str:
    """The entry where the person is: the one that leads to this very page, else the first of its room."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return ""
    exact = [entry.name for entry in entries() if entry.url_name == match.view_name]
    room = [entry.name for entry in entries() if match.app_name and entry.url_name.split(":")[0] == match.app_name]
    return next(iter([*exact, *room]), "")
