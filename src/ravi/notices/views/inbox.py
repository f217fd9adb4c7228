"""The inbox: a person's notices, latest first; looking at them reads them."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ravi.accounts.access import person_of, signed_in
from ravi.notices import services
from ravi.notices.models import Notice
from ravi.notices.queries import notices_of
from ravi.notices.rules import kind

PER_PAGE = 30


@signed_in
@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """What this person was told. New ones are drawn as new this once, and are read from then on."""
    person = person_of(request)
    page = Paginator(notices_of(person), PER_PAGE).get_page(request.GET.get("page"))
    lines = [
        {
            "bead": _bead(notice),
            "sentence": kind(notice.kind).sentence(notice.params),
            "url": notice.url,
            "at": notice.created_at,
            "is_new": notice.read_at is None,
        }
        for notice in page.object_list
    ]
    answer = render(request, "notices/list.html", {"page": page, "lines": lines})
    unread = [notice.pk for notice in page.object_list if notice.read_at is None]
    if unread:
        services.mark_read(person, unread)
    return answer


def _bead(notice: Notice) -> str:
    """It is somebody's turn only as long as nobody has looked or acted."""
    bead = kind(notice.kind).bead
    return "wait" if bead == "turn" and notice.read_at else bead
