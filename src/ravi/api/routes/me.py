"""Whose key it is, and the units in sight."""

from typing import Any

from ninja import Query, Router

from ravi.accounts.models import Unit
from ravi.accounts.queries import rights, units_visible_to
from ravi.api.described import answers
from ravi.api.door import ApiRequest
from ravi.api.pages import page_of
from ravi.api.schemas.parts import Page, Paging, named
from ravi.api.schemas.people import MeOut, UnitOut

router = Router(tags=["Key"])


@router.get("me", response=answers(200, MeOut), summary="Whose key this is")
def me(request: ApiRequest) -> dict[str, Any]:
    """What this key may now: its verbs and unit, within its person's roles."""
    person, key = request.person, request.key
    return {
        "person": named(person),
        "institution": named(person.institution),
        "roles": [{"kind": role.kind, "unit_id": role.unit_id} for role in rights(person).roles],
        "verbs": key.verbs,
        "unit_id": key.unit_id,
        "valid_until": key.valid_until,
    }


@router.get("units", response=answers(200, Page[UnitOut]), summary="The units in sight")
def units(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The whole tree for institution-wide roles, else the own units and all under them."""
    return page_of(units_visible_to(request.person), paging, _unit)


def _unit(unit: Unit) -> dict[str, Any]:
    return {"id": unit.pk, "parent_id": unit.parent_id, "name": unit.name, "kind": unit.kind}
