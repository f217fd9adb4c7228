"""The library's images and videos."""

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from ninja import File, Form, Path, Query, Router, Status
from ninja.files import UploadedFile

from ravi.accounts.queries import open_units_visible_to
from ravi.accounts.rules import Verb
from ravi.api.described import answers, asks, needs
from ravi.api.door import PREFIX, ApiRequest
from ravi.api.pages import page_of
from ravi.api.problems import not_found
from ravi.api.rules import names_version
from ravi.api.schemas.parts import Id, Page, Paging
from ravi.api.schemas.places import ImageIn, MediaOut, VideoIn
from ravi.core import blob
from ravi.library.models import Media
from ravi.library.queries import media_visible_to
from ravi.library.services import add_image, add_video

router = Router(tags=["Media"])
BYTES = {"200": {"description": "OK", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}}


@router.get("media", response=answers(200, Page[MediaOut]), summary="Images and videos in sight")
def media(request: ApiRequest, paging: Query[Paging], unit_id: Id | None = None) -> dict[str, Any]:
    """What messages may use, the newest first."""
    rows = media_visible_to(request.person).filter(erased_at=None)
    return page_of(rows.filter(unit_id=unit_id) if unit_id else rows, paging, media_out)


@router.get("media/{media_id}", response=answers(200, MediaOut), summary="One image or video")
def medium(request: ApiRequest, media_id: Path[Id]) -> dict[str, Any]:
    """What people said about it."""
    return media_out(get_object_or_404(media_visible_to(request.person), pk=media_id))


@router.get(
    "media/{media_id}/file", response=answers(200, None, 304), summary="Its bytes", openapi_extra={"responses": BYTES}
)
def medium_file(request: ApiRequest, media_id: Path[Id]) -> HttpResponse:
    """As they were drawn anew, never as they were uploaded."""
    found = get_object_or_404(media_visible_to(request.person), pk=media_id, erased_at=None)
    etag = f'"{found.sha256}"'
    if names_version(request.headers.get("If-None-Match", ""), etag):
        return HttpResponseNotModified(headers={"ETag": etag})
    kept = blob.find(found.institution_id, found.sha256)
    if kept is None:
        raise not_found()
    headers = {"ETag": etag, "Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(kept[0], content_type=found.media_type, headers=headers)


@router.post("media", response=answers(201, MediaOut, 409), summary="Keep an image", **needs(Verb.WRITE))
@asks(Verb.WRITE)
def new_medium(request: ApiRequest, image: File[UploadedFile], said: Form[ImageIn]) -> Any:
    """Drawn anew, so that place and camera data go; with the words for those who do not see it."""
    unit = get_object_or_404(open_units_visible_to(request.person), pk=said.unit_id)
    made = add_image(
        image,
        unit=unit,
        by=request.person,
        alt_text=said.alt_text,
        shows_people=said.shows_people,
        consent_reference=said.consent_reference,
    )
    return Status(201, media_out(made))


@router.post("videos", response=answers(201, MediaOut, 409), summary="Keep a video", **needs(Verb.WRITE))
@asks(Verb.WRITE)
def new_video(
    request: ApiRequest,
    video: File[UploadedFile],
    said: Form[VideoIn],
    captions: File[UploadedFile | None] = None,
    picture: File[UploadedFile | None] = None,
) -> Any:
    """MP4, MOV or WebM, at most 100 MB and 10 minutes: made anew, so that place, device and names go, which takes up to two
    minutes. With WebVTT or SRT captions, and a picture before it plays, if they come along."""
    unit = get_object_or_404(open_units_visible_to(request.person), pk=said.unit_id)
    made = add_video(
        video,
        unit=unit,
        by=request.person,
        alt_text=said.alt_text,
        shows_people=said.shows_people,
        consent_reference=said.consent_reference,
        captions_file=captions,
        captions_lang=said.captions_lang if captions else "",
        picture=picture,
    )
    return Status(201, media_out(made))


def media_out(found: Media) -> dict[str, Any]:
    return {
        "id": found.pk,
        "unit_id": found.unit_id,
        "sha256": found.sha256,
        "media_type": found.media_type,
        "width": found.width,
        "height": found.height,
        "size_bytes": found.size_bytes,
        "duration_ms": found.duration_ms,
        "captions_lang": found.captions_lang,
        "alt_text": found.alt_text,
        "shows_people": found.shows_people,
        "added_at": found.added_at,
        "file": f"{PREFIX}media/{found.pk}/file",
    }
