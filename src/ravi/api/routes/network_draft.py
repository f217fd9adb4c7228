"""Messages of the network to write: settings, words and facts, the expert's yes, the offer, and the end."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Status

from ravi.accounts.access import require
from ravi.accounts.queries import headquarters
from ravi.accounts.rules import Ability, Verb
from ravi.api.described import CODE, VERSION, answers, asks, needs
from ravi.api.door import PREFIX, ApiRequest
from ravi.api.problems import Problem
from ravi.api.proof import prove, require_seen
from ravi.api.routes.network_message import router, version_of, visible_message
from ravi.api.schemas.network import EndorsementIn, IssueOut, MessageOut, NewMessageIn, SettingsIn, WordsIn
from ravi.api.schemas.parts import Id
from ravi.api.told import message_out
from ravi.network import queries, services
from ravi.network.draft import MessageFields, Source, VersionFields
from ravi.network.facts.values import LockedFact, from_json
from ravi.network.models import Message, Version
from ravi.network.rules import Aim


@router.post("messages", response=answers(201, MessageOut, 409), summary="Write for the network", **needs(Verb.OFFER))
@asks(Verb.OFFER)
def new_message(request: ApiRequest, response: HttpResponse, body: NewMessageIn) -> Any:
    """A draft of headquarters. No unit sees it before it is issued."""
    unit = headquarters(request.person.institution_id)
    made = services.draft_message(unit, settings_said(body.settings), words_said(body.words), by=request.person)
    response.headers["Location"] = f"{PREFIX}messages/{made.pk}"
    return Status(201, _told(request, response, made))


@router.put(
    "messages/{message_id}/settings",
    response=answers(200, MessageOut, 409, 412, 428),
    summary="Set how it goes",
    **needs(Verb.OFFER, VERSION),
)
@asks(Verb.OFFER)
def set_message(request: ApiRequest, response: HttpResponse, message_id: Path[Id], body: SettingsIn) -> Any:
    """For whom, until when, how fast. Units that the aims reach only now get it with the next version."""
    found = _seen(request, message_id)
    saved = services.edit_message(found, settings_said(body), expected_revision=found.revision, by=request.person)
    return _told(request, response, saved)


@router.post(
    "messages/{message_id}/draft",
    response=answers(200, MessageOut, 409),
    summary="Begin the next version",
    **needs(Verb.OFFER),
)
@asks(Verb.OFFER)
def start_version(request: ApiRequest, response: HttpResponse, message_id: Path[Id]) -> Any:
    """With the words of the one before; an open draft stays what it is."""
    found = visible_message(request, message_id)
    services.start_version(found, by=request.person)
    return _told(request, response, found)


@router.put(
    "messages/{message_id}/draft",
    response=answers(200, MessageOut, 409, 412, 428),
    summary="Change its words and facts",
    **needs(Verb.OFFER, VERSION),
)
@asks(Verb.OFFER)
def save_version(request: ApiRequest, response: HttpResponse, message_id: Path[Id], body: WordsIn) -> Any:
    """Over the draft that If-Match names. An expert's yes to the words before is none to these."""
    found = _seen(request, message_id)
    draft = _draft(found)
    services.save_version(draft, words_said(body), expected_revision=draft.revision, by=request.person)
    return _told(request, response, found)


@router.post(
    "messages/{message_id}/request", response=answers(204, None, 409), summary="Ask the experts", **needs(Verb.OFFER)
)
@asks(Verb.OFFER)
def ask_endorsement(request: ApiRequest, message_id: Path[Id]) -> Any:
    """The health experts who did not write it are told, once for each revision."""
    services.ask_endorsement(visible_message(request, message_id), by=request.person)
    return Status(204, None)


@router.post(
    "messages/{message_id}/endorsement",
    response=answers(200, MessageOut, 409, 412),
    summary="Say the expert's yes",
    **needs(Verb.APPROVE, CODE),
)
@asks(Verb.APPROVE)
def endorse_version(request: ApiRequest, response: HttpResponse, message_id: Path[Id], body: EndorsementIn) -> Any:
    """To exactly the words of this `content_hash`, with a Ravi-Code of this person's app (none in a demo)."""
    found = visible_message(request, message_id)
    require(request.person, Ability.APPROVE_HEALTH_POST, found.unit_id)
    prove(request)
    services.endorse_version(_draft(found), content_hash=body.content_hash, by=request.person)
    return _told(request, response, found)


@router.post(
    "messages/{message_id}/issue",
    response=answers(200, IssueOut, 409, 412, 428),
    summary="Offer it to the units",
    **needs(Verb.OFFER, VERSION),
)
@asks(Verb.OFFER)
def issue_version(request: ApiRequest, response: HttpResponse, message_id: Path[Id]) -> dict[str, Any]:
    """The draft that If-Match names, to every unit that the aims reach."""
    found = _seen(request, message_id)
    draft = _draft(found)
    done = services.issue_version(draft, expected_revision=draft.revision, by=request.person)
    etag = version_of(visible_message(request, message_id))
    response.headers["ETag"] = etag
    return {"version": done.version.number, "offers": [one.pk for one in done.offers], "etag": etag}


@router.post("messages/{message_id}/end", response=answers(200, MessageOut, 409), summary="End it", **needs(Verb.OFFER))
@asks(Verb.OFFER)
def end_message(request: ApiRequest, response: HttpResponse, message_id: Path[Id]) -> Any:
    """No unit answers it any more; what was published stands."""
    return _told(request, response, services.end_message(visible_message(request, message_id), by=request.person))


def settings_said(body: SettingsIn) -> MessageFields:
    said = body.dict(exclude={"aims"})
    aims = (Aim(one.kind, one.unit_id, one.unit_kind or "") for one in body.aims)
    return MessageFields(**said, aims=tuple(aims))


def words_said(body: WordsIn) -> VersionFields:
    """Raises NotAFact."""
    said = body.dict(exclude={"facts", "sources", "key_messages"})
    facts = (
        LockedFact(one.name, one.kind, from_json(one.kind, one.value), one.label, one.is_required) for one in body.facts
    )
    sources = tuple(Source(**one.dict()) for one in body.sources)
    return VersionFields(**said, facts=tuple(facts), sources=sources, key_messages=tuple(body.key_messages))


def _seen(request: ApiRequest, pk: int) -> Message:
    """The message in the version that If-Match names."""
    found = visible_message(request, pk)
    require(request.person, Ability.OFFER_MESSAGE, found.unit_id)
    changed = _("This message is another one than you saw. Nothing was kept: read it again.")
    require_seen(request, version_of(found), changed)
    return found


def _draft(found: Message) -> Version:
    draft = queries.draft_of(found)
    if draft is None:
        raise Problem(409, "no_draft", _("There is no draft. Begin a new version first."))
    return draft


def _told(request: ApiRequest, response: HttpResponse, found: Message) -> dict[str, Any]:
    now = visible_message(request, found.pk)
    draft = queries.draft_of(now)
    response.headers["ETag"] = version_of(now, draft)
    return message_out(now, draft)
