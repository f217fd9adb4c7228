"""Finds what an address names among what this person may know of."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from ravi.accounts.access import person_of
from ravi.accounts.models import Unit
from ravi.training import queries
from ravi.training.models import Registration, Series, Session, Workshop


def visible_workshop(request: HttpRequest, pk: int) -> Workshop:
    """404 for a draft of others and for another institution's."""
    found: Workshop = get_object_or_404(queries.workshops_visible_to(person_of(request)), pk=pk)
    return found


def planned_workshop(request: HttpRequest, pk: int) -> Workshop:
    """The same, for whoever plans: 404 for everybody else."""
    workshop = visible_workshop(request, pk)
    if not queries.may_plan(person_of(request)):
        raise Http404
    return workshop


def visible_series(request: HttpRequest, series_id: int) -> Series:
    """404 for one of which nothing is announced."""
    return get_object_or_404(queries.series_visible_to(person_of(request)), pk=series_id)


def planned_session(request: HttpRequest, pk: int, session_id: int) -> Session:
    """404 for one of another workshop."""
    workshop = planned_workshop(request, pk)
    return get_object_or_404(queries.sessions_of(workshop).select_related("workshop"), pk=session_id)


def nominating_unit(request: HttpRequest, unit_id: int) -> Unit:
    """404 for a unit whose people this person does not send."""
    return get_object_or_404(queries.units_nominated_by(person_of(request)), pk=unit_id)


def visible_registration(request: HttpRequest, workshop: Workshop, registration_id: int) -> Registration:
    """404 for one of another unit."""
    rows = queries.registrations_visible_to(person_of(request), workshop)
    return get_object_or_404(rows, pk=registration_id)
