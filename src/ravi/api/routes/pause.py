"""Pausing light content in the whole institution; ending a pause is the lifting of its stop."""

from typing import Any

from ninja import Status

from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability, Verb
from ravi.api.described import answers, asks, needs
from ravi.api.door import ApiRequest
from ravi.api.routes.stops import router, stop_out
from ravi.api.schemas.copies import StopOut
from ravi.api.schemas.pause import PauseIn, PauseOut
from ravi.delivery.queries import weighed
from ravi.delivery.rules import Scope
from ravi.publishing import services
from ravi.publishing.forms.pause import WHY
from ravi.publishing.pages.pause import held_posts, orders_in_force
from ravi.publishing.rules import PAUSABLE


@router.get("pauses", response=answers(200, PauseOut), summary="What is paused")
def pauses(request: ApiRequest) -> dict[str, Any]:
    """What may pause with its weight, what is paused, and the messages in sight that it holds, the first to be due first."""
    orders = orders_in_force(request.person)
    held, more = held_posts(orders, request.person)
    weights = weighed([(Scope.TOPIC, topic) for topic in PAUSABLE], request.person.institution_id)
    return {
        "may_pause": rights(request.person).may_everywhere(Ability.STOP_SENDING),
        "pausable": [{"topic": one, "copies": weights.get((Scope.TOPIC, one), 0)} for one in PAUSABLE],
        "stops": [stop_out(one) for one in orders],
        "held": [
            {
                "post_id": one.post.pk,
                "title": one.post.title,
                "unit_id": one.post.unit_id,
                "copies": one.copies,
                "first_at": one.first_at,
            }
            for one in held
        ],
        "more": more,
    }


@router.post("pauses", response=answers(201, list[StopOut], 409), summary="Pause light content", **needs(Verb.STOP))
@asks(Verb.STOP)
def new_pause(request: ApiRequest, body: PauseIn) -> Any:
    """At once, in all units. The same pause again is the one that stands; another person ends it (`stops/{stop_id}/lifting`)."""
    made = services.pause_topics(body.topics, why=str(WHY[body.why]), by=request.person)
    return Status(201, [stop_out(one) for one in made])
