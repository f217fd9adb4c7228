"""One page of a week for the head, to be read or printed, and the same as a table."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ravi.accounts.access import needs, person_of
from ravi.core import calendar, clock
from ravi.core.asked import words
from ravi.network import queries
from ravi.network.pages.after_review import week_words
from ravi.network.pages.weekly import WeekPage, address_of, name_of, written
from ravi.network.queries.weekly import Summary
from ravi.network.views.message import READERS
from ravi.network.weekly import EARLIEST, week_asked


@require_safe
@needs(*READERS)
def week(request: HttpRequest) -> HttpResponse:
    """This week, or the one that the address names; earlier and later ones are one tap away."""
    summary = _summary(request)
    of = summary.week
    context = {
        "page": WeekPage(summary),
        "name": name_of(of),
        "made_at": clock.now(),
        "emergencies": week_words(person_of(request), of),
        "earlier": address_of(of.before) if of.first > EARLIEST else "",
        "later": "" if summary.is_this_week else address_of(of.after),
    }
    return render(request, "network/week.html", context)


@require_safe
@needs(*READERS)
def week_csv(request: HttpRequest) -> HttpResponse:
    """Channel by channel and message by message."""
    summary = _summary(request)
    response = HttpResponse(written(summary), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="week-{summary.week.first.isoformat()}.csv"'
    return response


def _summary(request: HttpRequest) -> Summary:
    person = person_of(request)
    asked = week_asked(words(request.GET.get("from", "")), calendar.today())
    return queries.summary_of(asked, person, clock.now())
