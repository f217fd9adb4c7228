"""A name on an image: asked for on the image's page, answered with the page of the new one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ravi.accounts.access import person_of, signed_in
from ravi.library.errors import ImageRefused
from ravi.library.forms import StampForm
from ravi.library.queries import media_visible_to
from ravi.library.services import stamp_image
from ravi.library.stamp import Corner


@require_POST
@signed_in
def stamp(request: HttpRequest, pk: int) -> HttpResponse:
    """The image with its unit's name; the same again leads to the same one."""
    person = person_of(request)
    image = get_object_or_404(media_visible_to(person).select_related("unit__institution"), pk=pk)
    form = StampForm(request.POST, prefix="stamp")
    corner = form.asked() if form.is_valid() else Corner.CALMEST
    try:
        made = stamp_image(image, by=person, corner=corner)
    except ImageRefused as refused:
        messages.warning(request, str(refused))
        return redirect("library:media", pk=pk)
    messages.success(request, _("The image with the name is here."))
    return redirect("library:media", pk=made.pk)
