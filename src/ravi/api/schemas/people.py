"""Whose key it is, and the units in sight."""

from datetime import datetime

from ninja import Schema

from ravi.accounts.rules import RoleKind, UnitKind, Verb
from ravi.api.schemas.parts import Named


class RoleOut(Schema):
    """A role that its person holds now."""

    kind: RoleKind
    unit_id: int


class MeOut(Schema):
    """Whose key this is, what it may and until when."""

    person: Named
    institution: Named
    roles: list[RoleOut]
    verbs: list[Verb]
    unit_id: int | None
    valid_until: datetime


class UnitOut(Schema):
    """A node of the tree; headquarters has no parent."""

    id: int
    parent_id: int | None
    name: str
    kind: UnitKind
