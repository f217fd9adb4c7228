"""Stop orders: seen, ordered, lifted."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Status

from ravi.accounts.rules import Verb
from ravi.api.described import answers, asks, needs
from ravi.api.door import ApiRequest
from ravi.api.pages import page_of
from ravi.api.schemas.copies import LiftingOut, StopIn, StopOut
from ravi.api.schemas.parts import Id, Page, Paging
from ravi.delivery import services
from ravi.delivery.models import StopOrder
from ravi.delivery.pages import stop_targets
from ravi.delivery.queries import may_lift, stop_orders_visible_to

router = Router(tags=["Stops"])


@router.get("stops", response=answers(200, Page[StopOut]), summary="Stops in sight")
def stops(request: ApiRequest, paging: Query[Paging], in_force: bool = True) -> dict[str, Any]:
    """Those in force, or all that ever were."""
    rows = stop_orders_visible_to(request.person)
    return page_of(rows.filter(lifted_at=None) if in_force else rows, paging, stop_out)


@router.post("stops", response=answers(201, StopOut, 409), summary="Stop sending", **needs(Verb.STOP))
@asks(Verb.STOP)
def new_stop(request: ApiRequest, body: StopIn) -> Any:
    """At once. The same stop of the same person again is the one that stands."""
    person, target = request.person, f"{body.scope}:{body.key}"
    if target not in dict(stop_targets.targets(person, target, None)):
        raise PermissionDenied(_("This is for other roles."))
    made = services.stop(
        body.scope,
        body.key,
        by=person,
        reason=body.reason,
        institution_id=person.institution_id,
        removals_too=body.removals_too,
    )
    return Status(201, stop_out(made))


@router.post(
    "stops/{stop_id}/lifting", response=answers(200, LiftingOut, 409), summary="Let it go on", **needs(Verb.STOP)
)
@asks(Verb.STOP)
def lift_stop(request: ApiRequest, stop_id: Path[Id]) -> dict[str, Any]:
    """Another person than the stopper. What fell due meanwhile waits for people."""
    order = get_object_or_404(stop_orders_visible_to(request.person), pk=stop_id)
    if not may_lift(request.person, order):
        raise PermissionDenied(_("This is for other roles."))
    return {"waiting": services.lift_stop(order, by=request.person)}


def stop_out(order: StopOrder) -> dict[str, Any]:
    return {
        "id": order.pk,
        "scope": order.scope,
        "key": order.key,
        "reason": order.reason,
        "removals_too": order.removals_too,
        "stopped_by_id": order.stopped_by_id,
        "stopped_at": order.stopped_at,
        "lifted_at": order.lifted_at,
    }
