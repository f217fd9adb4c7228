"""Which platforms wait, because they did not answer; which way leads to each, and how it fares."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ravi.accounts.access import person_of, signed_in
from ravi.core import clock
from ravi.delivery import queries
from ravi.delivery.pages import waits


@require_safe
@signed_in
def platforms(request: HttpRequest) -> HttpResponse:
    """Each platform and way to it that is waited for: since when, until when, and how many copies of one's units wait."""
    now = clock.now()
    context = {
        "off": [off] if (off := waits.engine_off(now)) else [],
        "away": waits.platforms_away(person_of(request), now),
        "ways": queries.ways(),
    }
    return render(request, "delivery/platforms.html", context)
