"""The steps that every act of the school shares: who may, the row that is held, and the record."""

from collections.abc import Collection, Mapping

from django.core.exceptions import PermissionDenied
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import audit
from ravi.core.canonical import JSON
from ravi.notices.services import tell
from ravi.training.errors import NotNow
from ravi.training.models import Workshop
from ravi.training.queries import may_plan
from ravi.training.rules import WorkshopState


def require_planner(by: Person) -> None:
    """Raises PermissionDenied unless `by` plans workshops."""
    if not may_plan(by):
        raise PermissionDenied(_("Workshops are planned at headquarters."))


def taken(workshop: Workshop) -> Workshop:
    """The workshop as it is now, held against everybody else until this transaction ends: seats are given one after the other."""
    return Workshop.objects.select_for_update(of=("self",)).select_related("series").get(pk=workshop.pk)


def require_not_cancelled(workshop: Workshop) -> None:
    """Raises NotNow."""
    if workshop.state == WorkshopState.CANCELLED:
        raise NotNow(_("This workshop was cancelled. Plan a new one."))


def note(verb: str, subject: models.Model, by: Person | None, facts: Mapping[str, JSON] | None = None) -> None:
    """One audit entry."""
    institution_id = subject.institution_id  # type: ignore[attr-defined]
    audit.record(verb, by=by and by.pk, subject=subject, institution_id=institution_id, facts=facts)


def tell_of(workshop: Workshop, people: Collection[int], kind: str, params: Mapping[str, JSON]) -> None:
    """Notices that lead to the workshop's page."""
    url = reverse("training:workshop", args=[workshop.pk])
    tell(people, kind, {"title": workshop.title, **params}, url, institution_id=workshop.institution_id)
