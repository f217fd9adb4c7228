"""Stop orders."""

from typing import Any

from ninja import Query, Router

from ravi.api.described import answers
from ravi.api.door import ApiRequest
from ravi.api.pages import page_of
from ravi.api.schemas.copies import StopOut
from ravi.api.schemas.parts import Page, Paging
from ravi.delivery.models import StopOrder
from ravi.delivery.queries import stop_orders_visible_to

router = Router(tags=["Stops"])


@router.get("stops", response=answers(200, Page[StopOut]), summary="Stops in sight")
def stops(request: ApiRequest, paging: Query[Paging], in_force: bool = True) -> dict[str, Any]:
    """Those in force, or all that ever were."""
    rows = stop_orders_visible_to(request.person)
    return page_of(rows.filter(lifted_at=None) if in_force else rows, paging, stop_out)


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
