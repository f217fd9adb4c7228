"""Pages of the citizens' site; no sign-in, no script needed, the same for everybody."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ravi.accounts.models import Institution
from ravi.accounts.queries import all_institutions
from ravi.core import asked
from ravi.core.calendar import day, number
from ravi.delivery.published import PLATFORM
from ravi.directory.matching import Verdict, match_handle
from ravi.directory.models import Channel
from ravi.directory.queries import official_channels, unit_chain, units_with_official_channels
from ravi.directory.resemblance import Spot
from ravi.directory.search import found
from ravi.public.door import language_of, of_institution, page_of, site_nav
from ravi.public.downloads import as_csv, as_json
from ravi.public.letters import letters
from ravi.public.news import feed_links

PAGE_ROWS = 60


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The only institution's list, or the institutions to choose from."""
    institutions = all_institutions()
    if len(institutions) == 1:
        return redirect("public:channels", institutions[0].slug)
    with translation.override(language_of(request)):
        return render(request, "public/home.html", page_of(None, institutions=institutions))


@of_institution
def channels(request: HttpRequest, institution: Institution) -> HttpResponse:
    """All official channels, by words and by unit."""
    return render(request, "public/channels.html", _listing(request, institution))


@of_institution
def check(request: HttpRequest, institution: Institution) -> HttpResponse:
    """Is this one ours? Yes, one that only looks like ours, or no."""
    typed = request.GET.get("q", "").strip()[:300]
    page = _listing(request, institution, searches=False)
    if typed:
        match = match_handle(institution, typed)
        page |= {"typed": typed, "match": match}
        if match.verdict is Verdict.YES and match.channel:
            page["chain"] = _chain(institution, match.channel, len(page["units"]))
        page["at"] = "@" if match.channel and match.channel.shown_handle.startswith("@") else ""
        page["differences"] = [_said(spot) for spot in match.spots if spot.is_different]
    return render(request, "public/channels.html", page)


@of_institution
def channels_csv(request: HttpRequest, institution: Institution) -> HttpResponse:
    """The list for a spreadsheet."""
    response = HttpResponse(as_csv(official_channels(institution)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{institution.slug}-channels.csv"'
    return response


@of_institution
def channels_json(request: HttpRequest, institution: Institution) -> HttpResponse:
    """The list for programs."""
    values = {"institution": institution.name, "channels": as_json(official_channels(institution))}
    response = JsonResponse(values, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _listing(request: HttpRequest, institution: Institution, *, searches: bool = True) -> dict[str, Any]:
    official = official_channels(institution)
    units = units_with_official_channels(institution)
    words = request.GET.get("words", "").strip()[:100] if searches else ""
    unit = request.GET.get("unit", "") if searches else ""
    unit_id = asked.whole(unit)
    few = official
    if unit_id in units:
        few = few.filter(unit_id=unit_id)
    if words:
        few = found(few, words, units)
    paginator = Paginator(few, PAGE_ROWS)
    all_count = paginator.count if few is official else official.count()
    return page_of(
        institution,
        units=units,
        page=paginator.get_page(request.GET.get("page")),
        all_count=all_count,
        asked={"words": words, "unit": unit},
        is_narrowed=few is not official,
        language=language_of(request),
        feeds=feed_links(institution) if official.filter(platform=PLATFORM).exists() else [],
        site_nav=site_nav(institution, "public:channels"),
    )


def _chain(institution: Institution, channel: Channel, unit_count: int) -> list[dict[str, str]]:
    """From the university over the unit to the channel."""
    links = [{"who": institution.name}]
    for unit in unit_chain(channel.unit):
        links.append({"who": unit.name})
    if len(links) > 1 and unit_count > 1:
        links[-1]["note"] = _("one of the university's %(n)s units") % {"n": number(unit_count)}
    since = day(channel.opened_on or channel.requested_at)
    of_unit = _("in the name of %(unit)s since %(day)s") % {"unit": channel.unit.name, "day": since}
    return [*links, {"who": _("this channel"), "note": of_unit}]


def _said(spot: Spot) -> dict[str, str]:
    return {"typed": letters(spot.typed), "ours": letters(spot.ours)}
