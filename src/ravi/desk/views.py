"""The staff home, the way to everything else, and the record of who did what."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ravi.accounts.access import needs, person_of, signed_in
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.core.audit import entries
from ravi.delivery.pages.stops import told
from ravi.delivery.pages.waits import engine_off
from ravi.delivery.queries import active_stops, stops_in_sight
from ravi.desk import tasks
from ravi.desk.first_steps import first_steps
from ravi.desk.places import places
from ravi.desk.queries import MOST, desk_of
from ravi.desk.record import lines, problems
from ravi.network.pages.after_review import rows_of as after_review_rows
from ravi.network.pages.based_on import rows as behind_rows
from ravi.network.pages.before_office import rows as office_rows
from ravi.network.pages.offer import rows as offer_rows
from ravi.network.queries import before_office, before_unit
from ravi.notices.queries import unread_count
from ravi.publishing.queries import awaiting_count
from ravi.publishing.services import tell_troubles

MOST_OFFERS = 5
PER_PAGE = 50


@signed_in
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """My tasks: what waits for me, what came back, what needs a person, what is going out."""
    person = person_of(request)
    tell_troubles(person.institution_id)
    office = before_office(person)
    desk = desk_of(person, together=office.post_ids)
    before = before_unit(person, most_offers=MOST_OFFERS + 1, most_behind=MOST_OFFERS)
    offers, behind = offer_rows(before.offers, {}), behind_rows(before.behind)
    # The head, whom a notice tells of what is overdue, is asked for a yes first: the desk's questions are counted.
    is_next = rights(person).may(Ability.APPROVE_HEALTH_POST) or not (desk.awaiting or office.post_ids)
    looks = after_review_rows(person) if is_next else []
    is_empty = desk.is_empty and not (offers or behind or looks or office.post_ids or office.to_look or office.drafts)
    steps = first_steps(person) if is_empty else []
    context = {
        "desk": desk,
        "offers": offers[:MOST_OFFERS],
        "behind": behind,
        "after_reviews": looks,
        "emergencies": before.ways,
        "to_look": office_rows(office.to_look),
        "network_drafts": office_rows(office.drafts),
        "has_more_offers": len(offers) > MOST_OFFERS,
        "awaiting_count": awaiting_count(person),
        "yeses": office,
        "branches": [*tasks.hands(desk.by_hand), *tasks.branches(desk.troubles)],
        "going": tasks.grouped([going for going in desk.going if not going.is_later]),
        "later": tasks.grouped([going for going in desk.going if going.is_later]),
        "is_cut": len(desk.going) >= MOST,
        "stops": told(stops_in_sight(active_stops(person.institution_id), person), person),
        "off": [off] if (off := engine_off(clock.now())) else [],
        "first_steps": steps,
        "next_step": tasks.next_step(person) if is_empty and not steps else None,
        "may_write": rights(person).may(Ability.WRITE_POST),
    }
    return render(request, "desk/home.html", context)


@signed_in
@require_GET
def more(request: HttpRequest) -> HttpResponse:
    """Every part of Ravi that this person may open, in words."""
    person = person_of(request)
    return render(request, "desk/more.html", {"places": places(person), "unread": unread_count(person)})


@needs(Ability.READ_AUDIT)
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """The record, latest first, in sentences; `?check=1` walks the whole chain and says whether it is whole."""
    person = person_of(request)
    page = Paginator(entries(person.institution_id).reverse(), PER_PAGE).get_page(request.GET.get("page"))
    is_checked = request.GET.get("check") == "1"
    context = {
        "page": page,
        "lines": lines(page.object_list),
        "is_checked": is_checked,
        "problems": problems(person.institution_id) if is_checked else [],
    }
    return render(request, "desk/audit.html", context)
