"""Changes that a platform said yes to and that do not stand there: a person looks, and says when it is dealt with."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ravi.accounts.access import person_of, signed_in
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import asked, clock
from ravi.delivery.pages import copies
from ravi.delivery.pages.read_back import of_copies
from ravi.delivery.queries import deliveries_visible_to
from ravi.delivery.read_back.queries import cases_visible_to
from ravi.delivery.read_back.services import settle_read_back
from ravi.delivery.views.unknown import narrowed

PER_PAGE = 20


@require_safe
@signed_in
def read_backs(request: HttpRequest) -> HttpResponse:
    """The list; `?post=` keeps one correction or withdrawal."""
    person = person_of(request)
    mine = rights(person)
    found = narrowed(request, cases_visible_to(person)).order_by("-read_back__looked_at", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    listed = list(page.object_list)
    told = of_copies(listed, clock.now())
    context = {
        "page": page,
        "cases": [(one, told[one.pk], mine.may(Ability.RESOLVE_UNKNOWN, one.unit_id)) for one in copies.told(listed)],
    }
    return render(request, "delivery/read_backs.html", context)


@require_POST
@signed_in
def read_back(request: HttpRequest, pk: int) -> HttpResponse:
    """It is dealt with."""
    found = get_object_or_404(deliveries_visible_to(person_of(request)), pk=pk)
    if settle_read_back(found, by=person_of(request), now=clock.now()):
        messages.success(request, _("Noted: it is dealt with."))
    else:
        messages.info(request, _("Somebody else has dealt with it."))
    return redirect(asked.way_back(request, reverse("delivery:delivery", args=[pk])))
