"""The bytes beside a video: its picture and its captions, and other ones in their place."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, require, signed_in
from ravi.accounts.rules import Ability
from ravi.core import blob
from ravi.core.ranges import served
from ravi.library.forms.video import CaptionsForm, PictureForm
from ravi.library.models import Media
from ravi.library.page import page
from ravi.library.queries import media_visible_to
from ravi.library.video_errors import VideoRefused

METHODS = ["GET", "HEAD", "POST"]


@signed_in
@require_http_methods(METHODS)
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture before it plays; a POST chooses another."""
    media = _video(request, pk)
    if request.method == "POST":
        return _changed(request, media, PictureForm(request.POST, request.FILES), "picture_form")
    return _file(media, media.thumbnail_sha256, "image/jpeg", "jpg")


@signed_in
@require_http_methods(METHODS)
def captions(request: HttpRequest, pk: int) -> HttpResponse:
    """The captions; a POST brings others, or takes them away."""
    media = _video(request, pk)
    if request.method == "POST":
        return _changed(request, media, CaptionsForm(request.POST, request.FILES), "captions_form")
    return _file(media, media.captions_sha256, "text/vtt; charset=utf-8", "vtt")


def video_file(request: HttpRequest, media: Media) -> HttpResponseBase:
    """The video itself, whole or the part that a player asks for."""
    headers = {
        "Cache-Control": "private, max-age=86400, immutable",
        "Content-Disposition": f'inline; filename="{media.sha256[:12]}.mp4"',
    }
    found = served(request, media.institution_id, media.sha256, media.media_type, headers)
    if found is None:
        raise Http404
    return found


def _video(request: HttpRequest, pk: int) -> Media:
    found = media_visible_to(person_of(request)).select_related("unit", "added_by")
    return get_object_or_404(found, pk=pk, media_type__startswith="video/", erased_at=None)


def _file(media: Media, sha256: str, media_type: str, suffix: str) -> HttpResponse:
    headers = {
        # Another one may stand here tomorrow.
        "Cache-Control": "private, no-cache",
        "ETag": f'"{sha256}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'inline; filename="{media.sha256[:12]}.{suffix}"',
    }
    try:
        return HttpResponse(blob.get(media.institution_id, sha256), content_type=media_type, headers=headers)
    except ObjectDoesNotExist as gone:
        raise Http404 from gone


def _changed(request: HttpRequest, media: Media, form: Any, name: str) -> HttpResponse:
    person = person_of(request)
    require(person, Ability.WRITE_POST, media.unit_id)
    if form.is_valid():
        try:
            form.save(media, by=person)
        except VideoRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Saved. Messages that are sent from now on take it."))
            return redirect("library:media", pk=media.pk)
    return page(request, media, status=422, **{name: form})
