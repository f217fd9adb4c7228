"""Closing a unit: roles end, the rooms above follow, and with a successor the unit stands under it in the tree."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from ravi.accounts.closing.followers import FOLLOWERS
from ravi.accounts.models import Person, Role, Unit
from ravi.accounts.queries import open_units_visible_to, rights
from ravi.accounts.rules import Ability, RoleKind, UnitKind, may_hold
from ravi.accounts.services import AccountRefused, end_role, grant_role
from ravi.core import audit, clock
from ravi.core.canonical import JSON


def possible_successors(unit: Unit, person: Person) -> QuerySet[Unit]:
    """Units in which it can go on: open ones, neither itself nor one under it."""
    return open_units_visible_to(person).exclude(path__startswith=unit.path)


def why_not_close(unit: Unit) -> str:
    """Why the unit cannot be closed now, in a sentence; "" when it can."""
    if unit.parent_id is None:
        return _("Headquarters stays as long as the institution does.")
    if Unit.objects.filter(parent=unit, closed_at=None).exists():
        return _("Other units stand under it. Close or merge those first.")
    return ""


def foretold(unit: Unit, successor: Unit | None) -> dict[str, Any]:
    """What would follow: `people` who serve there now, and sentences of the rooms above (`follows`)."""
    follows = [sentence for follower in FOLLOWERS.values() for sentence in follower.foretell(unit, successor)]
    serving = Role.objects.filter(unit=unit, ended_at=None).values("person").distinct()
    return {"people": serving.count(), "follows": follows}


@transaction.atomic
def close_unit(unit: Unit, *, successor: Unit | None, by: Person) -> Unit:
    """The unit ends, or goes on in `successor`: people, channels and open work move there, what was published stays.

    The same again is no second end. Raises PermissionDenied, AccountRefused.
    """
    if not rights(by).may_everywhere(Ability.MANAGE_UNITS):
        raise PermissionDenied(_("This is for other roles."))
    unit = _held(unit)
    if unit.closed_at is not None:
        return _again(unit, successor)
    if why := why_not_close(unit):
        raise AccountRefused(why)
    if successor is not None:
        successor = _checked(unit, successor)
    moved = _end_roles(unit, successor, by)
    _follow(unit, successor, by)
    unit.closed_at, unit.closed_by, unit.successor = clock.now(), by, successor
    unit.save(update_fields=["closed_at", "closed_by", "successor"])
    if successor is not None:
        _move_under(unit, successor)
    facts: dict[str, JSON] = {"unit": successor.pk if successor else None, "roles": moved}
    audit.record("close_unit", by=by.pk, subject=unit, institution_id=unit.institution_id, facts=facts)
    return unit


def _held(unit: Unit) -> Unit:
    """With all that ends with it: the rows first, and then the record, so that nothing is offered to it and nobody begins
    to serve in it at this moment."""
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    below = Unit.objects.filter(institution_id=unit.institution_id, path__startswith=unit.path)
    list(below.select_for_update(no_key=True).order_by("pk"))
    for follower in FOLLOWERS.values():
        follower.hold(unit)
    audit.hold(unit.institution_id)
    return unit


def _follow(unit: Unit, successor: Unit | None, by: Person) -> None:
    try:
        for follower in FOLLOWERS.values():
            follower.follow(unit, successor, by)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise AccountRefused(
            _("Somebody works at this moment on what ends with the unit. Nothing was changed: close it once more.")
        ) from error


def _again(unit: Unit, successor: Unit | None) -> Unit:
    if unit.successor_id != (successor.pk if successor else None):
        raise AccountRefused(_("Somebody closed this unit meanwhile. See where it stands now."))
    return unit


def _checked(unit: Unit, successor: Unit) -> Unit:
    found = Unit.objects.filter(pk=successor.pk, institution_id=unit.institution_id, closed_at=None).first()
    if found is None or found.path.startswith(unit.path):
        raise AccountRefused(_("It cannot go on in that unit. Choose another one."))
    return found


def _end_roles(unit: Unit, successor: Unit | None, by: Person) -> int:
    """Whoever served here serves in the successor as an officer: who heads it is decided there."""
    held = list(Role.objects.filter(unit=unit, ended_at=None).select_related("person", "unit").order_by("pk"))
    for role in held:
        end_role(role, by=by)
    if successor is None or not may_hold(RoleKind.UNIT_OFFICER, UnitKind(successor.kind)):
        return 0
    people = {role.person_id: role.person for role in held if role.person.is_active}
    for person in people.values():
        grant_role(person, RoleKind.UNIT_OFFICER, unit=successor, by=by)
    return len(people)


def _move_under(unit: Unit, successor: Unit) -> None:
    """With all that ended under it before: whoever answers for the successor answers for what they published."""
    before, after = unit.path, f"{successor.path}{unit.pk}/"
    Unit.objects.filter(pk=unit.pk).update(parent=successor)
    below = Unit.objects.filter(institution_id=unit.institution_id, path__startswith=before)
    below.update(path=Concat(Value(after), Substr(F("path"), len(before) + 1)))
    unit.parent, unit.path = successor, after
