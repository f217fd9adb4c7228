"""Messages to read: their words, what each channel would get, and what waits for a yes."""

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Path, Query, Router, Schema

from ravi.api.described import answers
from ravi.api.door import ApiRequest
from ravi.api.pages import page_of
from ravi.api.rules import names_version, version_of
from ravi.api.schemas.parts import Id, Page, Paging, named
from ravi.api.schemas.posts import PostBrief, PostOut, PreviewOut, ShownOut
from ravi.publishing import queries
from ravi.publishing.models import Post
from ravi.publishing.queries import Group, Preview
from ravi.publishing.rules import PostState

router = Router(tags=["Messages"])


class Wanted(Schema):
    """Which messages."""

    unit_id: Id | None = None
    state: PostState | None = None
    awaiting_me: bool = False


@router.get("posts", response=answers(200, Page[PostBrief]), summary="Messages in sight")
def posts(request: ApiRequest, paging: Query[Paging], wanted: Query[Wanted]) -> dict[str, Any]:
    """The newest first; `awaiting_me` keeps those that wait for this person's yes."""
    rows = (queries.posts_awaiting if wanted.awaiting_me else queries.posts_visible_to)(request.person)
    if wanted.unit_id is not None:
        rows = rows.filter(unit_id=wanted.unit_id)
    if wanted.state is not None:
        rows = rows.filter(state=wanted.state)
    return page_of(rows, paging, _brief)


@router.get("posts/{post_id}", response=answers(200, PostOut, 304), summary="One message")
def post(request: ApiRequest, response: HttpResponse, post_id: Path[Id]) -> Any:
    """As it would go out. Its ETag goes back as If-Match with whatever changes it."""
    found = visible_post(request, post_id)
    version = version_of(found.revision, found.state)
    if names_version(request.headers.get("If-None-Match", ""), version):
        return HttpResponseNotModified(headers={"ETag": version})
    response.headers["ETag"] = version
    return post_out(found)


@router.get("posts/{post_id}/preview", response=answers(200, list[PreviewOut]), summary="What each channel would get")
def preview(request: ApiRequest, post_id: Path[Id]) -> list[dict[str, Any]]:
    """Measured against each platform's own limits; a copy that does not fit is never cut."""
    found = visible_post(request, post_id)
    return [_preview(one) for one in queries.previews(queries.fields_of(found), queries.chosen_channels(found))]


@router.get("posts/{post_id}/shown", response=answers(200, ShownOut), summary="What a yes would cover")
def shown(request: ApiRequest, post_id: Path[Id]) -> dict[str, Any]:
    """The frozen copies, equal texts once. Read them; then send the digest back with the yes."""
    found = queries.shown_set(visible_post(request, post_id))
    return {
        "digest": found.digest,
        "groups": [group_out(one) for one in found.groups],
        "blocked_channel_ids": [one.channel_id for one in found.blocked],
        "closed_channel_ids": [one.channel_id for one in found.closed],
    }


def visible_post(request: ApiRequest, pk: int) -> Post:
    """404 for a message of a unit or an institution out of sight."""
    return get_object_or_404(queries.posts_visible_to(request.person), pk=pk)


def post_out(found: Post) -> dict[str, Any]:
    fields = queries.fields_of(found)
    return {
        **_brief(found),
        "author": named(found.author),
        "text": fields.text,
        "lang": fields.lang,
        "link": fields.link,
        "variants": dict(fields.variants),
        "media_ids": list(fields.media_ids),
        "channel_ids": sorted(fields.channel_ids),
        "created_at": found.created_at,
        "submitted_at": found.submitted_at,
        "approved_at": found.approved_at,
        "withdrawn_at": found.withdrawn_at,
    }


def _brief(found: Post) -> dict[str, Any]:
    return {
        "id": found.pk,
        "unit_id": found.unit_id,
        "author_id": found.author_id,
        "title": found.title,
        "topic": found.topic,
        "state": found.state,
        "revision": found.revision,
        "due_at": found.due_at,
        "valid_until": found.valid_until,
        "edited_at": found.edited_at,
        "corrects_id": found.corrects_id,
        "page": reverse("publishing:post", args=[found.pk]),
    }


def _preview(one: Preview) -> dict[str, Any]:
    channel = one.channel
    return {
        "channel_id": channel.pk,
        "platform": channel.platform,
        "variant": one.fitted.name,
        "problems": one.problems,
        "sentences": one.sentences,
    }


def group_out(one: Group) -> dict[str, Any]:
    return {
        "title": one.title,
        "text": one.text,
        "link": one.link,
        "lang": one.lang,
        "platforms": list(one.platforms),
        "channel_ids": [copy.channel_id for copy in one.copies],
    }
