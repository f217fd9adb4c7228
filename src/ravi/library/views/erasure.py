"""Erasing for good: a page that says what happens, and one button; nothing brings the bytes back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, require, signed_in
from ravi.accounts.models import Person
from ravi.accounts.rules import Ability
from ravi.library.errors import MediaRefused
from ravi.library.forms import ErasureForm
from ravi.library.models import Media
from ravi.library.queries import family_of, hashes_of, media_visible_to, twins_of
from ravi.library.services import erase_media
from ravi.library.uses import fates_of


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: HttpRequest, pk: int) -> HttpResponse:
    """What carries it, where it stands, and the reason asked."""
    person = person_of(request)
    media = get_object_or_404(media_visible_to(person).select_related("unit"), pk=pk)
    require(person, Ability.ERASE_MEDIA, media.unit_id)
    if media.erased_at is not None:
        return redirect("library:media", pk)
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            erase_media(media, by=person, **form.cleaned_data)
        except MediaRefused as refused:
            messages.warning(request, str(refused))
            return redirect("library:erasure", pk)
        messages.success(
            request, _("Erased. Its bytes are gone from Ravi; older backups hold them until they are replaced.")
        )
        return redirect("library:media", pk)
    page = {"media": media, "form": form, **_consequences(media, person)}
    return render(request, "library/erasure.html", page, status=422 if form.is_bound else 200)


def _consequences(media: Media, person: Person) -> dict[str, Any]:
    ids = family_of(media.pk)
    hashes = hashes_of(ids)
    fates, unseen = fates_of(ids, hashes, person)
    return {"fates": fates, "unseen": unseen, "made": len(ids) - 1, "twins": twins_of(hashes, ids, person)}
