"""A unit's answer to an offer: adopted, adapted or declined, and another one as long as nothing has gone out."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Status

from ravi.accounts.rules import Verb
from ravi.api.described import VERSION, answers, asks, needs
from ravi.api.door import ApiRequest
from ravi.api.proof import require_seen
from ravi.api.routes.network_offer import router, version_of, visible_offer
from ravi.api.schemas.network import AdoptionIn, AdoptionOut, DeclineIn, DeclineOut
from ravi.api.schemas.parts import Id
from ravi.api.told import answer_out
from ravi.network import queries, services
from ravi.network.models import Offer
from ravi.network.services import Answer, steps


@router.post(
    "offers/{offer_id}/sight", response=answers(204, None), summary="Say that it was seen", **needs(Verb.ADOPT)
)
@asks(Verb.ADOPT)
def see_offer(request: ApiRequest, offer_id: Path[Id]) -> Any:
    """By somebody of the unit; who it was is kept nowhere."""
    services.see_offer(visible_offer(request, offer_id), by=request.person)
    return Status(204, None)


@router.post(
    "offers/{offer_id}/adoption",
    response=answers(200, AdoptionOut, 409, 412, 428),
    summary="Publish it",
    **needs(Verb.ADOPT, VERSION),
)
@asks(Verb.ADOPT)
def adopt_offer(request: ApiRequest, response: HttpResponse, offer_id: Path[Id], body: AdoptionIn) -> dict[str, Any]:
    """Unchanged, or with `parts` in the unit's own words around the facts; in `lang`, a language that the offer has. In
    place of the answer that stood.

    The copies wait for a yes; then they go spread over the message's minutes.
    """
    found, answer = _seen(request, offer_id)
    done = services.adopt_offer(found, answer, by=request.person, **body.dict())
    found.refresh_from_db()
    etag = response.headers["ETag"] = version_of(found, done.adoption)
    ready, blocked = (done.submission.ready, done.submission.blocked) if done.submission else ((), ())
    return {"answer": answer_out(done.adoption), "ready": len(ready), "blocked": len(blocked), "etag": etag}


@router.post(
    "offers/{offer_id}/refusal",
    response=answers(200, DeclineOut, 409, 412, 428),
    summary="Leave it, with a reason",
    **needs(Verb.ADOPT, VERSION),
)
@asks(Verb.ADOPT)
def decline_offer(request: ApiRequest, response: HttpResponse, offer_id: Path[Id], body: DeclineIn) -> dict[str, Any]:
    """It lowers nothing, and nobody has to allow it. In place of the answer that stood."""
    found, answer = _seen(request, offer_id)
    said = services.decline_offer(found, answer, reason=body.reason, by=request.person)
    etag = response.headers["ETag"] = version_of(found, said)
    return {"answer": answer_out(said), "etag": etag}


def _seen(request: ApiRequest, pk: int) -> tuple[Offer, Answer]:
    """The offer with what If-Match names: the version, and the answer that stood."""
    found = visible_offer(request, pk)
    steps.require_answerer(request.person, found)
    standing = queries.answer_of(found)
    changed = _("Headquarters changed this message, or a colleague answered. Nothing was published: read it again.")
    require_seen(request, version_of(found, standing), changed)
    return found, Answer(found.message.current_id or 0, standing.pk if standing else None)
