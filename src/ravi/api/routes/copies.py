"""Copies: where each stands, its link, its life and its numbers. Unknown ones are those of state `unknown`."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema

from ravi.accounts.access import require
from ravi.accounts.rules import Ability, Verb
from ravi.api.described import answers, asks, needs
from ravi.api.door import ApiRequest
from ravi.api.pages import page_of
from ravi.api.problems import Problem
from ravi.api.routes.channels import reading_out
from ravi.api.schemas.copies import CopyOut, EventOut, ReadingOut, VerdictIn, VerdictOut
from ravi.api.schemas.parts import Id, Page, Paging
from ravi.core import clock
from ravi.delivery.forms import AGAIN
from ravi.delivery.models import Delivery
from ravi.delivery.queries import Event, deliveries_visible_to, life
from ravi.delivery.read_back.told import outcome_of_copy
from ravi.delivery.readings.queries import readings_of
from ravi.delivery.rules import MANUAL, State
from ravi.delivery.rules import asks as asks_of
from ravi.delivery.services import resolve_unknown

router = Router(tags=["Copies"])
MOST_READINGS = 200


class Wanted(Schema):
    """Which copies: of a message, a channel, in a state."""

    post_id: Id | None = None
    channel_id: Id | None = None
    state: State | None = None


@router.get("copies", response=answers(200, Page[CopyOut]), summary="Copies in sight")
def copies(request: ApiRequest, paging: Query[Paging], wanted: Query[Wanted]) -> dict[str, Any]:
    """The newest first. `state=unknown` is the desk of those of which nobody knows whether they went."""
    rows = deliveries_visible_to(request.person).defer("payload").select_related("read_back")
    given = {name: value for name, value in wanted.dict().items() if value is not None}
    return page_of(rows.filter(**given), paging, copy_out)


@router.get("copies/{copy_id}", response=answers(200, CopyOut), summary="One copy")
def copy(request: ApiRequest, copy_id: Path[Id]) -> dict[str, Any]:
    """Where it stands, and what that asks of a person."""
    return copy_out(get_object_or_404(deliveries_visible_to(request.person), pk=copy_id))


@router.get("copies/{copy_id}/events", response=answers(200, list[EventOut]), summary="Its life")
def copy_events(request: ApiRequest, copy_id: Path[Id]) -> list[dict[str, Any]]:
    """Its transitions, calls and looks in the order of time."""
    return [_event(one) for one in life(get_object_or_404(deliveries_visible_to(request.person), pk=copy_id))]


@router.get("copies/{copy_id}/readings", response=answers(200, list[ReadingOut]), summary="Its numbers")
def copy_readings(request: ApiRequest, copy_id: Path[Id]) -> list[dict[str, Any]]:
    """The newest first; what was corrected stands below its correction."""
    found = get_object_or_404(deliveries_visible_to(request.person), pk=copy_id)
    return [reading_out(one) for one in readings_of(found)[:MOST_READINGS]]


@router.post(
    "copies/{copy_id}/verdict",
    response=answers(200, VerdictOut, 409),
    summary="Say what was found",
    **needs(Verb.RESOLVE),
)
@asks(Verb.RESOLVE)
def copy_verdict(request: ApiRequest, copy_id: Path[Id], body: VerdictIn) -> dict[str, Any]:
    """What a person saw on the channel of an unknown copy, after the attempt that they looked at."""
    found = get_object_or_404(deliveries_visible_to(request.person), pk=copy_id)
    require(request.person, Ability.RESOLVE_UNKNOWN, found.unit_id)
    if body.attempt != found.attempt:
        raise Problem(409, "tried_again", str(AGAIN))
    if body.link and not body.link.startswith(("https://", "http://")):
        raise Problem(422, "link", _("A link begins with https:// or http://."))
    return {"state": resolve_unknown(found, by=request.person, verdict=body.verdict, link=body.link)}


def copy_out(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.pk,
        "post_id": one.post_id,
        "unit_id": one.unit_id,
        "channel_id": one.channel_id,
        "platform": one.platform,
        "action": one.action,
        "state": one.state,
        "code": one.error_code,
        "ask": asks_of(State(one.state), one.error_code),
        "is_by_hand": one.adapter == MANUAL,
        "attempt": one.attempt,
        "link": one.link,
        "due_at": one.due_at,
        "valid_until": one.valid_until,
        "changed_at": one.changed_at,
        "sent_at": one.sent_at,
        "about_id": one.about_id,
        **_read_back(one),
    }


def _read_back(one: Delivery) -> dict[str, Any]:
    row = getattr(one, "read_back", None)
    return {
        "read_back": outcome_of_copy(one, row.outcome if row else None, clock.now()),
        "read_back_at": row.looked_at if row else None,
        "read_back_settled_at": row.settled_at if row else None,
    }


def _event(one: Event) -> dict[str, Any]:
    told = one.facts
    words = {name: str(told.get(name) or "") for name in ("before", "after", "cause")}
    code = str(told.get("code") or told.get("outcome") or "")
    return {"at": one.at, "kind": one.kind, **words, "code": code, "attempt": told.get("attempt", 0)}
