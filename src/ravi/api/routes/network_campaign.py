"""Campaigns of the network: begun, described, ended."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router, Status

from ravi.accounts.queries import headquarters
from ravi.accounts.rules import Verb
from ravi.api.described import answers, asks, needs
from ravi.api.door import PREFIX, ApiRequest
from ravi.api.pages import page_of
from ravi.api.schemas.network import CampaignIn, CampaignOut
from ravi.api.schemas.parts import Id, Page, Paging
from ravi.api.told import campaign_out
from ravi.network import services
from ravi.network.draft import CampaignFields
from ravi.network.models import Campaign
from ravi.network.queries import campaigns_visible_to
from ravi.network.rules import CampaignState

router = Router(tags=["Network"])


@router.get("campaigns", response=answers(200, Page[CampaignOut]), summary="Campaigns in sight")
def campaigns(request: ApiRequest, paging: Query[Paging], state: CampaignState | None = None) -> dict[str, Any]:
    """The newest first."""
    rows = campaigns_visible_to(request.person)
    return page_of(rows.filter(state=state) if state else rows, paging, campaign_out)


@router.post("campaigns", response=answers(201, CampaignOut, 409), summary="Begin a campaign", **needs(Verb.OFFER))
@asks(Verb.OFFER)
def new_campaign(request: ApiRequest, response: HttpResponse, body: CampaignIn) -> Any:
    """Of headquarters, owned by the key's person."""
    made = services.start_campaign(headquarters(request.person.institution_id), _fields(body), by=request.person)
    response.headers["Location"] = f"{PREFIX}campaigns/{made.pk}"
    return Status(201, campaign_out(made))


@router.get("campaigns/{campaign_id}", response=answers(200, CampaignOut), summary="One campaign")
def campaign(request: ApiRequest, campaign_id: Path[Id]) -> dict[str, Any]:
    """Its goal and its audience; its messages stand under `messages?campaign_id=`."""
    return campaign_out(_visible(request, campaign_id))


@router.put(
    "campaigns/{campaign_id}", response=answers(200, CampaignOut, 409), summary="Say it anew", **needs(Verb.OFFER)
)
@asks(Verb.OFFER)
def edit_campaign(request: ApiRequest, campaign_id: Path[Id], body: CampaignIn) -> dict[str, Any]:
    """All that is said of it; what is left out is empty."""
    return campaign_out(services.edit_campaign(_visible(request, campaign_id), _fields(body), by=request.person))


@router.post(
    "campaigns/{campaign_id}/end", response=answers(200, CampaignOut, 409), summary="End it", **needs(Verb.OFFER)
)
@asks(Verb.OFFER)
def end_campaign(request: ApiRequest, campaign_id: Path[Id]) -> dict[str, Any]:
    """No new message joins it; those that are with the units stay there."""
    return campaign_out(services.close_campaign(_visible(request, campaign_id), by=request.person))


def _visible(request: ApiRequest, pk: int) -> Campaign:
    return get_object_or_404(campaigns_visible_to(request.person), pk=pk)


def _fields(body: CampaignIn) -> CampaignFields:
    said = body.dict()
    return CampaignFields(**said | {"languages": tuple(said["languages"])})
