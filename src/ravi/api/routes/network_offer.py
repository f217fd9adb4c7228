"""What headquarters offers to units, to read."""

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router, Schema

from ravi.api.described import answers
from ravi.api.door import ApiRequest
from ravi.api.pages import page_of
from ravi.api.rules import names_version, version_of_offer
from ravi.api.schemas.network import OfferBrief, OfferOut
from ravi.api.schemas.parts import Id, Page, Paging
from ravi.api.told import answer_out, offer_brief, version_out
from ravi.network import queries
from ravi.network.models import Adoption, Offer
from ravi.network.rules import OfferState

router = Router(tags=["Offers"])


class Wanted(Schema):
    """Which offers."""

    unit_id: Id | None = None
    message_id: Id | None = None
    state: OfferState | None = None


@router.get("offers", response=answers(200, Page[OfferBrief]), summary="Offers in sight")
def offers(
    request: ApiRequest, paging: Query[Paging], wanted: Query[Wanted], awaiting_me: bool = False
) -> dict[str, Any]:
    """The newest first; `awaiting_me` keeps those that this key can answer now."""
    rows = (queries.offers_to_answer if awaiting_me else queries.offers_visible_to)(request.person)
    given = {name: value for name, value in wanted.dict().items() if value is not None}
    return page_of(rows.filter(**given), paging, offer_brief)


@router.get("offers/{offer_id}", response=answers(200, OfferOut, 304), summary="One offer")
def offer(request: ApiRequest, response: HttpResponse, offer_id: Path[Id]) -> Any:
    """The words with their facts, and the answer that stands. Reading marks nothing as seen."""
    found = visible_offer(request, offer_id)
    answer = queries.answer_of(found)
    version = version_of(found, answer)
    if names_version(request.headers.get("If-None-Match", ""), version):
        return HttpResponseNotModified(headers={"ETag": version})
    response.headers["ETag"] = version
    assert found.message.current is not None  # offers are of issued messages
    return {
        **offer_brief(found),
        "offer": version_out(found.message.current),
        "answer": answer_out(answer) if answer else None,
        "may_answer": queries.may_answer(request.person, found),
    }


def visible_offer(request: ApiRequest, pk: int) -> Offer:
    """404 for an offer to a unit or an institution out of sight."""
    return get_object_or_404(queries.offers_visible_to(request.person), pk=pk)


def version_of(found: Offer, answer: Adoption | None) -> str:
    """The offer's ETag now."""
    return version_of_offer(found.message.current_id or 0, answer.pk if answer else None)
