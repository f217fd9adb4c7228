"""Putting pictures on the shelf: up to three at once, each with its own words; what is refused costs the others nothing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import needs, person_of
from ravi.accounts.models import Unit
from ravi.accounts.queries import units_written_for
from ravi.accounts.rules import Ability
from ravi.core.calendar import number
from ravi.library.errors import AlreadyHere, ImageRefused
from ravi.library.forms import ImageForm
from ravi.library.models import Media

AT_ONCE = 3


@needs(Ability.WRITE_POST)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; kept ones leave it, refused ones stay with their words and say why."""
    person = person_of(request)
    units = list(units_written_for(person))
    if not units:
        raise PermissionDenied(_("You write for no unit yet. Ask the head of the institution for a role."))
    unit = next((one for one in units if str(one.pk) == request.POST.get("unit", "")), units[0])
    forms = [_slot(request, place) for place in range(1, AT_ONCE + 1)]
    kept = _keep(request, forms, unit) if request.method == "POST" else []
    if kept:
        said = ngettext("%(n)s image is in the library.", "%(n)s images are in the library.", len(kept))
        messages.success(request, said % {"n": number(len(kept))})
    if kept and not any(form.errors for form in forms):
        return redirect("library:media", kept[0].pk) if len(kept) == 1 else redirect("library:shelf")
    page = {"forms": forms, "units": units, "unit": unit}
    return render(request, "library/new.html", page, status=422 if request.method == "POST" else 200)


def _slot(request: HttpRequest, place: int) -> ImageForm:
    """Only the first is asked for; the others may stay empty."""
    prefix = f"image-{place}"
    if request.method != "POST":
        return ImageForm(prefix=prefix, empty_permitted=place > 1, use_required_attribute=False)
    is_first_alone = place == 1 and not any(f"image-{other}-image" in request.FILES for other in range(2, AT_ONCE + 1))
    return ImageForm(
        request.POST,
        request.FILES,
        prefix=prefix,
        empty_permitted=not is_first_alone,
        use_required_attribute=False,
    )


def _keep(request: HttpRequest, forms: list[ImageForm], unit: Unit) -> list[Media]:
    kept, person = [], person_of(request)
    for place, form in enumerate(forms, start=1):
        if not form.is_valid() or not form.has_changed():
            continue
        try:
            kept.append(form.save(unit=unit, by=person))
        except AlreadyHere as refused:
            form.twin = refused.media
            form.add_error("image", str(refused))
        except ImageRefused as refused:
            form.add_error("image", str(refused))
        else:
            if form.without_name:
                messages.warning(request, form.without_name)
            forms[place - 1] = ImageForm(prefix=form.prefix, empty_permitted=True, use_required_attribute=False)
    return kept
