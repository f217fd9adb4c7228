"""Messages to write: the draft, its submission, its time, and taking it back. The services decide; this only reads and tells."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Path, Status

from ravi.accounts.access import require
from ravi.accounts.queries import open_units_visible_to
from ravi.accounts.rules import Ability, Verb
from ravi.api.described import VERSION, answers, asks, needs
from ravi.api.door import PREFIX, ApiRequest
from ravi.api.problems import Problem
from ravi.api.proof import require_seen
from ravi.api.routes.posts import post_out, router, visible_post
from ravi.api.rules import version_of
from ravi.api.schemas.parts import Id
from ravi.api.schemas.posts import (
    AgainIn,
    AgainOut,
    DraftIn,
    NewPostIn,
    PostOut,
    ScheduleIn,
    SubmissionOut,
    WithdrawalIn,
    WithdrawalOut,
)
from ravi.publishing import queries, services
from ravi.publishing.draft import DraftFields
from ravi.publishing.errors import EditedMeanwhile
from ravi.publishing.models import Post


@router.post("posts", response=answers(201, PostOut, 409), summary="Write a message", **needs(Verb.WRITE))
@asks(Verb.WRITE)
def new_post(request: ApiRequest, response: HttpResponse, body: NewPostIn) -> Any:
    """A new draft of a unit for which its person writes. Nothing goes out before somebody else says yes."""
    unit = get_object_or_404(open_units_visible_to(request.person), pk=body.unit_id)
    made = services.start_post(unit, fields_said(body), by=request.person)
    response.headers["Location"] = f"{PREFIX}posts/{made.pk}"
    return Status(201, post_told(response, made))


@router.put(
    "posts/{post_id}",
    response=answers(200, PostOut, 409, 412, 428),
    summary="Change its words",
    **needs(Verb.WRITE, VERSION),
)
@asks(Verb.WRITE)
def save_post(request: ApiRequest, response: HttpResponse, post_id: Path[Id], body: DraftIn) -> Any:
    """Over the version that If-Match names. A change to what waits for a yes, or has one, takes it back."""
    found = _seen(request, post_id)
    try:
        saved = services.save_draft(found, fields_said(body), expected_revision=found.revision, by=request.person)
    except EditedMeanwhile as meanwhile:
        raise Problem(412, "edited_meanwhile", _changed(meanwhile.who.name)) from meanwhile
    return post_told(response, saved)


@router.post(
    "posts/{post_id}/submission",
    response=answers(200, SubmissionOut, 409, 412, 428),
    summary="Send it for approval",
    **needs(Verb.WRITE, VERSION),
)
@asks(Verb.WRITE)
def submit_post(request: ApiRequest, response: HttpResponse, post_id: Path[Id]) -> dict[str, Any]:
    """The version that If-Match names: each channel's copy is frozen. Those that do not fit stay out, never cut."""
    found = _seen(request, post_id)
    done = services.submit_post(found, by=request.person, expected_revision=found.revision)
    digest = queries.shown_set(done.post).digest
    etag = response.headers["ETag"] = version_of(done.post.revision, done.post.state)
    return {"digest": digest, "ready": len(done.ready), "blocked": len(done.blocked), "etag": etag}


@router.put(
    "posts/{post_id}/schedule", response=answers(200, PostOut, 409), summary="Move its time", **needs(Verb.WRITE)
)
@asks(Verb.WRITE)
def schedule_post(request: ApiRequest, response: HttpResponse, post_id: Path[Id], body: ScheduleIn) -> Any:
    """The time is no part of what is approved; it moves while nothing has left."""
    found = visible_post(request, post_id)
    return post_told(response, services.schedule_post(found, body.due_at, by=request.person))


@router.post(
    "posts/{post_id}/again", response=answers(200, AgainOut, 409), summary="Send copies again", **needs(Verb.WRITE)
)
@asks(Verb.WRITE)
def send_again(request: ApiRequest, post_id: Path[Id], body: AgainIn) -> dict[str, Any]:
    """Copies that provably never went out: failed or missed. Unknown ones stay for a person to look."""
    found = visible_post(request, post_id)
    return {"copies": services.send_again(found, set(body.copy_ids), by=request.person)}


@router.post(
    "posts/{post_id}/withdrawal",
    response=answers(200, WithdrawalOut, 409),
    summary="Take it back",
    **needs(Verb.WITHDRAW),
)
@asks(Verb.WITHDRAW)
def withdraw_post(request: ApiRequest, post_id: Path[Id], body: WithdrawalIn) -> dict[str, Any]:
    """What has not left stays, what has is removed where the platform allows it. One person suffices."""
    done = services.withdraw_post(visible_post(request, post_id), by=request.person, reason=body.reason)
    by_hand = [line.delivery_id for line in done.by_hand]
    return {"cancelled": done.cancelled, "removals": list(done.removals), "by_hand": by_hand}


def _seen(request: ApiRequest, pk: int) -> Post:
    """The message in the version that If-Match names. Raises Problem for none, or for another one."""
    found = visible_post(request, pk)
    require(request.person, Ability.WRITE_POST, found.unit_id)
    require_seen(request, version_of(found.revision, found.state), _changed(found.edited_by.name))
    return found


def _changed(who: str) -> str:
    said = _("This message is another one than you saw; %(who)s changed it last. Nothing was kept: read it again.")
    return said % {"who": who}


def fields_said(body: DraftIn) -> DraftFields:
    """As a value, for the services."""
    return DraftFields(
        title=body.title,
        text=body.text,
        lang=body.lang,
        link=body.link,
        valid_until=body.valid_until,
        due_at=body.due_at,
        topic=body.topic,
        variants=body.variants,
        media_ids=tuple(body.media_ids),
        channel_ids=frozenset(body.channel_ids),
    )


def post_told(response: HttpResponse, post: Post) -> dict[str, Any]:
    """The message, with its ETag in the answer."""
    response.headers["ETag"] = version_of(post.revision, post.state)
    return post_out(post)
