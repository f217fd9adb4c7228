"""Messages of the network to read: what is offered, what is being written, all versions, and what each unit answered."""

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router, Schema

from ravi.api.described import answers
from ravi.api.door import ApiRequest
from ravi.api.pages import page_of
from ravi.api.rules import names_version, version_of_message
from ravi.api.schemas.network import MessageBrief, MessageOut, UptakeOut, VersionOut
from ravi.api.schemas.parts import Id, Page, Paging
from ravi.api.told import message_brief, message_out, uptake_out, version_out
from ravi.core import clock
from ravi.network import queries
from ravi.network.models import Message, Version
from ravi.network.rules import MessageState

router = Router(tags=["Network"])


class Wanted(Schema):
    """Which messages."""

    campaign_id: Id | None = None
    state: MessageState | None = None


@router.get("messages", response=answers(200, Page[MessageBrief]), summary="Messages of the network in sight")
def messages(request: ApiRequest, paging: Query[Paging], wanted: Query[Wanted]) -> dict[str, Any]:
    """Those that units in sight issue, the newest first; what is offered to a unit is an offer."""
    given = {name: value for name, value in wanted.dict().items() if value is not None}
    return page_of(queries.messages_visible_to(request.person).filter(**given), paging, message_brief)


@router.get("messages/{message_id}", response=answers(200, MessageOut, 304), summary="One message of the network")
def message(request: ApiRequest, response: HttpResponse, message_id: Path[Id]) -> Any:
    """Its settings, the version that is offered and the draft. Its ETag goes back as If-Match with whatever changes it."""
    found = visible_message(request, message_id)
    version = version_of(found)
    if names_version(request.headers.get("If-None-Match", ""), version):
        return HttpResponseNotModified(headers={"ETag": version})
    response.headers["ETag"] = version
    return message_out(found, queries.draft_of(found))


@router.get(
    "messages/{message_id}/versions/{number}", response=answers(200, VersionOut), summary="One version of its words"
)
def message_version(request: ApiRequest, message_id: Path[Id], number: Path[Id]) -> dict[str, Any]:
    """With its facts; the draft is the newest one, as long as it is not issued."""
    found = visible_message(request, message_id)
    return version_out(get_object_or_404(found.versions.all(), number=min(number, 2**31 - 1)))


@router.get("messages/{message_id}/uptake", response=answers(200, list[UptakeOut]), summary="How far it has come")
def uptake(request: ApiRequest, message_id: Path[Id]) -> list[dict[str, Any]]:
    """Every unit that has it: its answer, the version on which that rests, and where it stands on each channel."""
    found = visible_message(request, message_id)
    return [uptake_out(row) for row in queries.uptake_of(found, request.person, clock.now())]


def visible_message(request: ApiRequest, pk: int) -> Message:
    """404 for a message of a unit or an institution out of sight."""
    return get_object_or_404(queries.messages_visible_to(request.person), pk=pk)


def version_of(found: Message, draft: Version | None = None) -> str:
    """The message's ETag now."""
    draft = draft or queries.draft_of(found)
    return version_of_message(found.revision, found.state, (draft.number, draft.revision) if draft else None)
