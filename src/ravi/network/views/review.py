"""Health words that are due to be looked at again: the list, and an expert's word that they are still true."""

from django.contrib import messages as say
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ravi.accounts.access import needs, person_of
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import calendar
from ravi.network import queries, services
from ravi.network.errors import NetworkRefused
from ravi.network.views.message import READERS
from ravi.network.views.scope import may_write, visible_message


@require_safe
@needs(*READERS)
def reviews(request: HttpRequest) -> HttpResponse:
    """The longest due first; then what comes within thirty days."""
    person, today = person_of(request), calendar.today()
    page = {
        "page": Paginator(queries.reviews_near(person, today), 25).get_page(request.GET.get("page")),
        "today": today,
        "may_confirm": rights(person).may(Ability.APPROVE_HEALTH_POST),
        "may_write": may_write(request),
    }
    return render(request, "network/reviews.html", page)


@require_POST
@needs(Ability.APPROVE_HEALTH_POST)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Still true: the next day follows."""
    message = visible_message(request, pk)
    if message.current is None:
        return redirect("network:reviews")
    try:
        due_on = services.confirm_words(message.current, by=person_of(request))
    except NetworkRefused as refused:
        say.warning(request, str(refused))
    else:
        say.success(request, _("Kept. It is looked at again on %(day)s.") % {"day": calendar.day(due_on)})
    return redirect("network:reviews")
