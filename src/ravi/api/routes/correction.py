"""Correcting one message that is out. A correction is a post: it is written, submitted and approved at posts' addresses."""

from typing import Any

from django.http import HttpResponse
from ninja import Path, Status

from ravi.accounts.rules import Verb
from ravi.api.described import answers, asks, needs
from ravi.api.door import PREFIX, ApiRequest
from ravi.api.problems import Problem
from ravi.api.routes.posts import router, visible_post
from ravi.api.routes.writing import fields_said, post_told
from ravi.api.schemas.correction import CorrectionIn, CorrectionOut, PinningIn, ReplacingIn
from ravi.api.schemas.parts import Id
from ravi.api.schemas.posts import PostOut
from ravi.publishing import queries, services
from ravi.publishing.errors import CorrectionOpen
from ravi.publishing.models import Post
from ravi.publishing.queries import Planned
from ravi.publishing.queries.correction import latest_of


@router.get("posts/{post_id}/correction", response=answers(200, CorrectionOut), summary="How its correction stands")
def correction(request: ApiRequest, post_id: Path[Id]) -> dict[str, Any]:
    """Channel by channel what newer words would do. What has become of them, `copies?post_id=` of the correction says."""
    return _told(visible_post(request, post_id))


@router.post(
    "posts/{post_id}/correction",
    response=answers(201, PostOut, 409),
    summary="Begin its correction",
    **needs(Verb.WRITE),
)
@asks(Verb.WRITE)
def correct_post(request: ApiRequest, response: HttpResponse, post_id: Path[Id], body: CorrectionIn) -> Any:
    """A draft for the same channels; it goes on as every post does: its words, its submission, another person's yes.

    Where one is underway already it is 409, and `correction_id` names it.
    """
    found = visible_post(request, post_id)
    words = fields_said(body.words) if body.words else None
    try:
        made = services.correct_post(found, words, by=request.person)
    except CorrectionOpen as refused:
        raise Problem(409, "correction_open", str(refused), more={"correction_id": refused.correction.pk}) from refused
    response.headers["Location"] = f"{PREFIX}posts/{made.pk}"
    return Status(201, post_told(response, made))


@router.put(
    "posts/{post_id}/replacing",
    response=answers(200, CorrectionOut, 409),
    summary="Choose what happens where nothing can be changed",
    **needs(Verb.WRITE),
)
@asks(Verb.WRITE)
def choose_replacing(request: ApiRequest, post_id: Path[Id], body: ReplacingIn) -> dict[str, Any]:
    """Of a correction that is being written."""
    found = visible_post(request, post_id)
    services.choose_replacing(found, body.replaces, by=request.person)
    return _told(visible_post(request, found.pk))


@router.put(
    "posts/{post_id}/pinning",
    response=answers(200, CorrectionOut, 409),
    summary="Choose whether answers are pinned",
    **needs(Verb.WRITE),
)
@asks(Verb.WRITE)
def choose_pinning(request: ApiRequest, post_id: Path[Id], body: PinningIn) -> dict[str, Any]:
    """Of a correction that is being written."""
    found = visible_post(request, post_id)
    services.choose_pinning(found, body.pins, by=request.person)
    return _told(visible_post(request, found.pk))


def _told(found: Post) -> dict[str, Any]:
    first = found.corrects or found
    underway = queries.open_correction(first.pk)
    written = queries.corrections_of([first.pk]).get(first.pk, [])
    return {
        "post_id": found.pk,
        "corrects_id": found.corrects_id,
        "replaces": found.replaces,
        "pins": found.pins,
        "open_id": underway.pk if underway else None,
        "holds_id": latest_of(first).pk,
        "corrections": [{"id": one.pk, "state": one.state} for one in written],
        "channels": [_channel(one) for one in queries.how_corrected(found)],
    }


def _channel(one: Planned) -> dict[str, Any]:
    words = one.preview(one.way) if one.way else one.plain
    return {
        "channel_id": one.channel.pk,
        "platform": one.channel.platform,
        "copy_id": one.copy.pk if one.copy else None,
        "way": one.way,
        "otherwise": one.ways[1] if len(one.ways) > 1 else None,
        "waits_for_outcome": one.waits_for_outcome,
        "could_replace": one.could_replace,
        "pinned": one.pins_by(one.way),
        "sentences": words.sentences if one.way else [],
    }
