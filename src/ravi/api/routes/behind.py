"""Answers that rest on an older version: who, what differs, and letting the older words go on."""

from dataclasses import asdict
from typing import Any

from ninja import Path

from ravi.accounts.rules import Verb
from ravi.api.described import answers, asks, needs
from ravi.api.door import ApiRequest
from ravi.api.problems import not_found
from ravi.api.routes.network_message import router, visible_message
from ravi.api.routes.network_offer import current_of, visible_offer
from ravi.api.schemas.behind import BehindOut, BoardOut, GoOnIn
from ravi.api.schemas.network import AnswerOut
from ravi.api.schemas.parts import Id
from ravi.api.told import answer_out
from ravi.core import clock
from ravi.network import queries, services
from ravi.network.models import Adoption
from ravi.network.pages.based_on import begun
from ravi.network.pages.based_on import behind as behind_of
from ravi.network.pages.uptake import Board, Chosen
from ravi.network.services import steps
from ravi.network.uptake import counted


@router.get("messages/{message_id}/board", response=answers(200, BoardOut), summary="The uptake board in numbers")
def uptake_board(request: ApiRequest, message_id: Path[Id]) -> dict[str, Any]:
    """Units and copies by state, and which answers rest on an older version; `uptake` names each unit and channel."""
    found = visible_message(request, message_id)
    now = clock.now()
    board = Board(found, queries.uptake_of(found, request.person, now), {}, Chosen(None, "", ""), now=now)
    return {
        "version": found.current.number if found.current else None,
        "by_unit": board.counts,
        "by_copy": counted([line.state for row in board.rows if row.copies for line in row.lines]),
        "behind": [_unit(one) for one in queries.answers_behind(found)],
        **{name: getattr(board, name) for name in ("units", "out", "copies", "unchanged")},
    }


@router.get("offers/{offer_id}/behind", response=answers(200, BehindOut), summary="What a newer version changed")
def behind(request: ApiRequest, offer_id: Path[Id]) -> dict[str, Any]:
    """404 where no answer stands, or it is of the newest version."""
    offer = visible_offer(request, offer_id)
    answer, current = queries.answer_of(offer), current_of(offer)
    found = behind_of(answer, current)
    if found is None or answer is None:
        raise not_found()
    merged = begun(None if answer.translation_id else answer, current)
    return {
        "answer": answer_out(answer),
        "version": current.number,
        "what_changed": current.what_changed,
        "facts": [asdict(one) for one in found.facts],
        "parts": dict(merged.parts),
        "conflicts": [asdict(one) for one in merged.conflicts],
        **{name: getattr(found, name) for name in ("waits", "may_go_on", "has_left")},
    }


@router.post(
    "offers/{offer_id}/going-on",
    response=answers(200, AnswerOut, 409, 412),
    summary="Let the older words go on",
    **needs(Verb.ADOPT),
)
@asks(Verb.ADOPT)
def go_on(request: ApiRequest, offer_id: Path[Id], body: GoOnIn) -> dict[str, Any]:
    """As they are, though a newer version is there; never where a fact that must be right is another. The newer version is
    taken by an adoption."""
    offer = visible_offer(request, offer_id)
    steps.require_answerer(request.person, offer)
    return answer_out(services.go_on_older(offer, answer_id=body.answer_id, by=request.person))


def _unit(one: Adoption) -> dict[str, Any]:
    return {
        "offer_id": one.offer_id,
        "unit_id": one.offer.unit_id,
        "post_id": one.post_id,
        "based_on": one.version.number,
        "waits": one.post is not None and one.post.halted_at is not None,
    }
