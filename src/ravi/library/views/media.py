"""Pages of one image."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ravi.accounts.access import person_of, require, signed_in
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import blob
from ravi.library.forms import StampForm, WordsForm
from ravi.library.models import Media, Rendition
from ravi.library.queries import media_visible_to, renditions_visible_to
from ravi.library.services import edit_image
from ravi.library.uses import uses_of

SUFFIX = {"image/jpeg": "jpg", "image/png": "png"}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def media(request: HttpRequest, pk: int) -> HttpResponse:
    """The image, what is said about it, and the form to say it better."""
    person = person_of(request)
    image = get_object_or_404(media_visible_to(person).select_related("unit", "added_by", "made_from"), pk=pk)
    if image.erased_at is not None:
        return render(request, "library/media.html", {"image": image, "uses": uses_of([pk], person).get(pk, ())})
    if request.method == "POST":
        require(person, Ability.WRITE_POST, image.unit_id)
    said = {
        "alt_text": image.alt_text,
        "shows_people": "yes" if image.shows_people else "no",
        "consent_reference": image.consent_reference,
    }
    form = WordsForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        edit_image(image, by=person, **form.words())
        messages.success(request, _("Saved."))
        return redirect("library:media", pk=pk)
    may_edit = rights(person).may(Ability.WRITE_POST, image.unit_id)
    may_erase = rights(person).may(Ability.ERASE_MEDIA, image.unit_id)
    page = {
        "image": image,
        "form": form,
        "may_edit": may_edit,
        "may_erase": may_erase,
        "uses": uses_of([pk], person).get(pk, ()),
        "stamp_form": StampForm(prefix="stamp"),
    }
    return render(request, "library/media.html", page, status=422 if form.is_bound else 200)


@signed_in
@require_safe
def media_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes, for this browser only; they are what the re-encoder drew, never what was uploaded."""
    return _bytes(request, get_object_or_404(media_visible_to(person_of(request)), pk=pk, erased_at=None))


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
