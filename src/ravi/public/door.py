"""The door of the citizens' site: finds the institution, opens its tenant, answers the same to everybody.

No session, no message and no form token enters these pages, so that any cache may keep them. The language is part of
the address.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ravi.accounts.models import Institution
from ravi.accounts.queries import institution_by_slug
from ravi.core.tenancy import tenant

CACHE_S = 60

View = Callable[..., HttpResponseBase]


def of_institution(view: View) -> View:
    """The view gets the institution that the slug names, inside its tenant; an unknown slug is 404."""

    @require_safe
    @wraps(view)
    def opened(request: HttpRequest, slug: str, **more: Any) -> HttpResponseBase:
        institution = institution_by_slug(slug)
        if institution is None:
            raise Http404
        with tenant(institution.pk), translation.override(language_of(request)):
            response = view(request, institution, **more)
        patch_cache_control(response, public=True, max_age=CACHE_S)
        return response

    return opened


def language_of(request: HttpRequest) -> str:
    """The language that the address asks for, else Persian."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def page_of(institution: Institution | None, **more: Any) -> dict[str, Any]:
    """What every page of the site is drawn with: whoever is signed in looks like everybody else."""
    return {"institution": institution, "person": None, "nav": [], **more}


def site_nav(institution: Institution, current: str) -> list[dict[str, Any]]:
    """The parts of the site; `current` is the name of an address."""
    parts = {"public:channels": _("Official channels"), "public:messages": _("Messages")}
    return [
        {"label": label, "url": reverse(name, args=[institution.slug]), "is_current": name == current}
        for name, label in parts.items()
    ]


def conditional(request: HttpRequest, response: HttpResponse, changed_at: datetime | None = None) -> HttpResponse:
    """The same bytes have the same mark; 304 for whoever has them."""
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()}"'
    stamp = int(changed_at.timestamp()) if changed_at else None
    if stamp is not None:
        response["Last-Modified"] = http_date(stamp)
    answered = get_conditional_response(request, response["ETag"], stamp, response)
    return answered if isinstance(answered, HttpResponse) else response
