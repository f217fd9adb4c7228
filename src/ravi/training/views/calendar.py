"""Workshops for the calendar of a phone."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ravi.accounts.access import person_of, signed_in
from ravi.training import queries
from ravi.training.ics import TYPE, calendar_of
from ravi.training.models import Session
from ravi.training.views.scope import visible_workshop


@signed_in
@require_safe
def workshop(request: HttpRequest, pk: int) -> HttpResponse:
    """The sessions of one."""
    of = visible_workshop(request, pk)
    sessions = queries.sessions_of(of).select_related("workshop__series")
    return _file(request, sessions, of.title, f"workshop-{of.pk}")


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """All to which one comes."""
    return _file(request, queries.sessions_expected_of(person_of(request)), _("My workshops"), "workshops")


def _file(request: HttpRequest, sessions: Iterable[Session], name: str, file: str) -> HttpResponse:
    # Of the institution and not of the address: whoever comes by another one has the same events.
    host = f"{person_of(request).institution.slug}.ravi"
    url = request.build_absolute_uri(reverse("training:workshops"))
    answer = HttpResponse(calendar_of(sessions, name=name, host=host, url=url), content_type=TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{file}.ics"'
    return answer
