"""Pages of one image or video."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ravi.accounts.access import person_of, require, signed_in
from ravi.accounts.rules import Ability
from ravi.core import blob
from ravi.library.models import Media, Rendition
from ravi.library.page import page, words_form
from ravi.library.queries import media_visible_to, renditions_visible_to
from ravi.library.services import edit_image, edit_video
from ravi.library.views.video import video_file

SUFFIX = {"image/jpeg": "jpg", "image/png": "png"}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def media(request: HttpRequest, pk: int) -> HttpResponse:
    """The image or video, what is said about it, and the form to say it better."""
    person = person_of(request)
    image = get_object_or_404(media_visible_to(person).select_related("unit", "added_by", "made_from"), pk=pk)
    if request.method != "POST" or image.erased_at is not None:
        return page(request, image)
    require(person, Ability.WRITE_POST, image.unit_id)
    form = words_form(image, request.POST)
    if not form.is_valid():
        return page(request, image, status=422, form=form)
    (edit_video if image.is_video else edit_image)(image, by=person, **form.words())
    messages.success(request, _("Saved."))
    return redirect("library:media", pk=pk)


@signed_in
@require_safe
def media_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bytes, for this browser only; they are what was made anew, never what was uploaded."""
    media = get_object_or_404(media_visible_to(person_of(request)), pk=pk, erased_at=None)
    return video_file(request, media) if media.is_video else _bytes(request, media)


@signed_in
@require_safe
def rendition_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same of what was drawn for platforms: whoever sees the image sees it."""
    return _bytes(request, get_object_or_404(renditions_visible_to(person_of(request)), pk=pk))


def _bytes(request: HttpRequest, image: Media | Rendition) -> HttpResponse:
    etag = f'"{image.sha256}"'
    headers = {
        "Cache-Control": "private, max-age=86400, immutable",
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'inline; filename="{image.sha256[:12]}.{SUFFIX[image.media_type]}"',
    }
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers=headers)
    content = blob.get(image.institution_id, image.sha256)
    return HttpResponse(content, content_type=image.media_type, headers=headers)
