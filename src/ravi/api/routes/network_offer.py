"""What headquarters offers to units, to read."""

from typing import Annotated, Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from ninja import Field, Path, Query, Router, Schema

from ravi.api.described import answers
from ravi.api.door import ApiRequest
from ravi.api.pages import page_of
from ravi.api.problems import not_found
from ravi.api.rules import names_version, version_of_offer
from ravi.api.schemas.network import OfferBrief, OfferedWordsOut, OfferOut
from ravi.api.schemas.parts import Id, Page, Paging
from ravi.api.told import answer_out, offer_brief, version_out, words_out
from ravi.network import queries
from ravi.network.models import Adoption, Offer, Version
from ravi.network.pages.translation import languages_of
from ravi.network.rules import OfferState
from ravi.network.services.adoption import words_in

router = Router(tags=["Offers"])
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


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
    current = current_of(found)
    return {
        **offer_brief(found),
        "offer": version_out(current),
        "languages": [lang for lang, _name in languages_of(current)],
        "with_link": found.message.with_link,
        "answer": answer_out(answer) if answer else None,
        "may_answer": queries.may_answer(request.person, found),
    }


@router.get(
    "offers/{offer_id}/words/{lang}", response=answers(200, OfferedWordsOut), summary="Its words in one language"
)
def offered_words(request: ApiRequest, offer_id: Path[Id], lang: Path[Language]) -> dict[str, Any]:
    """404 for a language in which units are not given it."""
    current = current_of(visible_offer(request, offer_id))
    if lang not in dict(languages_of(current)):
        raise not_found()
    return words_out(current, words_in(current, lang))


def visible_offer(request: ApiRequest, pk: int) -> Offer:
    """404 for an offer to a unit or an institution out of sight."""
    return get_object_or_404(queries.offers_visible_to(request.person), pk=pk)


def current_of(found: Offer) -> Version:
    """The version that is offered now."""
    assert found.message.current is not None  # offers are of issued messages
    return found.message.current


def version_of(found: Offer, answer: Adoption | None) -> str:
    """The offer's ETag now."""
    return version_of_offer(found.message.current_id or 0, answer.pk if answer else None)
