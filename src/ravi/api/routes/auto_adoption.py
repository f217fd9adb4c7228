"""What a unit takes by itself of what headquarters offers."""

from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Path, Status

from ravi.accounts.models import Unit
from ravi.accounts.queries import open_units_visible_to
from ravi.accounts.rules import Verb
from ravi.api.described import answers, asks, needs
from ravi.api.door import ApiRequest
from ravi.api.routes.network_offer import router, visible_offer
from ravi.api.schemas.auto_adoption import AutoAdoptionIn, AutoAdoptionOut, TakingBackIn
from ravi.api.schemas.parts import Id, named
from ravi.network import queries, services
from ravi.network.rules import MessageKind
from ravi.network.services import steps


@router.get(
    "units/{unit_id}/auto-adoption", response=answers(200, AutoAdoptionOut), summary="What the unit takes by itself"
)
def auto_adoption(request: ApiRequest, unit_id: Path[Id]) -> dict[str, Any]:
    """404 for headquarters, which is offered nothing, and for a unit that is closed or out of sight."""
    return _told(request, _unit(request, unit_id))


@router.put(
    "units/{unit_id}/auto-adoption",
    response=answers(200, AutoAdoptionOut, 409),
    summary="Take by itself",
    **needs(Verb.ADOPT),
)
@asks(Verb.ADOPT)
def start_auto_adoption(request: ApiRequest, unit_id: Path[Id], body: AutoAdoptionIn) -> dict[str, Any]:
    """By the unit's head, in whose name it answers from now on. Each such answer still waits for another person's yes."""
    unit = _unit(request, unit_id)
    services.start_auto_adoption(unit, [MessageKind(kind) for kind in body.kinds], by=request.person)
    return _told(request, unit)


@router.delete(
    "units/{unit_id}/auto-adoption", response=answers(204, None), summary="Ask again each time", **needs(Verb.ADOPT)
)
@asks(Verb.ADOPT)
def end_auto_adoption(request: ApiRequest, unit_id: Path[Id]) -> Any:
    """What was taken stays."""
    services.end_auto_adoption(_unit(request, unit_id), by=request.person)
    return Status(204, None)


@router.post(
    "offers/{offer_id}/taking-back",
    response=answers(204, None, 409, 412),
    summary="Take back what was taken by itself",
    **needs(Verb.ADOPT),
)
@asks(Verb.ADOPT)
def take_back_answer(request: ApiRequest, offer_id: Path[Id], body: TakingBackIn) -> Any:
    """As long as nothing of it has gone out. The unit answers then, to newer versions too."""
    found = visible_offer(request, offer_id)
    steps.require_answerer(request.person, found)
    services.take_back_answer(found, answer_id=body.answer_id, by=request.person)
    return Status(204, None)


def _unit(request: ApiRequest, unit_id: int) -> Unit:
    return get_object_or_404(open_units_visible_to(request.person).exclude(parent=None), pk=unit_id)


def _told(request: ApiRequest, unit: Unit) -> dict[str, Any]:
    rule = queries.auto_adoption_of(unit)
    takes = {"notice": rule.takes_notices, "alert": rule.takes_alerts} if rule else {}
    return {
        "unit_id": unit.pk,
        "kinds": [kind for kind, is_taken in takes.items() if is_taken],
        "by": named(rule.by) if rule else None,
        "at": rule.at if rule else None,
        "may_change": unit.pk in queries.headed_unit_ids(request.person),
    }
