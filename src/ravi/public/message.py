"""Messages in public: the list, one with its state, words, versions and places, its twin for programs, its code, the feed."""

import json
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ravi.accounts.models import Institution
from ravi.delivery.published import copies_standing
from ravi.directory.queries import official_channels
from ravi.network import queries
from ravi.network.models import Message
from ravi.network.pages.words import fact_lines
from ravi.network.queries.trail import Trail
from ravi.public.door import conditional, language_of, of_institution, page_of, site_nav
from ravi.public.feeds import FORMS, Feed, Item, made
from ravi.public.message_words import entry_of, spoken, tag, verdict
from ravi.public.schema_org import described

FRESH_S = 5  # what is corrected or withdrawn is seen so within ten seconds, whatever cache stands between
MOST = 30  # in a feed, and on a page of the list


@of_institution
def messages(request: HttpRequest, institution: Institution) -> HttpResponse:
    """All of them by the page, each with how it stands: what was withdrawn first, then the latest."""
    page = Paginator(queries.messages_listed(institution), MOST).get_page(request.GET.get("page"))
    rows = [
        {"title": trail.title, "tag": tag(trail.lang), "url": _url(institution, trail), "verdict": verdict(trail)}
        for trail in queries.trails_of(list(page))
    ]
    return _fresh(request, render(request, "public/messages.html", _drawn(request, institution, page=page, rows=rows)))


@of_institution
def message(request: HttpRequest, institution: Institution, code: str) -> HttpResponse:
    """One of them for people, with its description for programs inside."""
    of, trail = _asked(institution, code)
    page = _drawn(
        request,
        institution,
        trail=trail,
        tag=tag(trail.lang),
        verdict=verdict(trail),
        spoken=spoken(trail, language_of(request)),
        facts=fact_lines(trail.facts, trail.lang),
        places=_places(institution, of, trail) if trail.said else [],
        short_address=queries.short_address(trail.code),
        described=_inside_a_page(_described(institution, trail)),
    )
    return _fresh(request, render(request, "public/message.html", page))


@of_institution
def data(request: HttpRequest, institution: Institution, code: str) -> HttpResponse:
    """The description alone, as JSON-LD."""
    said = _described(institution, _asked(institution, code)[1])
    answer = HttpResponse(json.dumps(said, ensure_ascii=False), content_type="application/ld+json; charset=utf-8")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return _fresh(request, answer)


@of_institution
def feed(request: HttpRequest, institution: Institution, form: str) -> HttpResponse:
    """For feed readers: a message that was corrected or withdrawn says so in its title, and why before its words."""
    if form not in FORMS:
        raise Http404
    trails, base = _latest(institution), settings.BASE_URL
    told = Feed(
        title=_("Messages of %(name)s") % {"name": institution.name},
        about=_("What %(name)s says, and whether it still holds") % {"name": institution.name},
        author=institution.name,
        lang=settings.LANGUAGE_CODE,
        page=base + reverse("public:messages", args=[institution.slug]),
        address=base + request.path,
        hub="",
        changed_at=max((trail.changed_at for trail in trails), default=None),
    )
    items = [Item(entry_of(trail), base + _url(institution, trail), institution.name, (), {}) for trail in trails]
    answer = HttpResponse(made(form, told, items), content_type=f"{FORMS[form]}; charset=utf-8")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return _fresh(request, answer)


def _latest(institution: Institution) -> list[Trail]:
    return queries.trails_of(list(queries.messages_in_public(institution)[:MOST]))


def _asked(institution: Institution, code: str) -> tuple[Message, Trail]:
    of = queries.message_in_public(institution, code)
    if of is None:
        raise Http404
    return of, queries.trails_of([of])[0]


def _url(institution: Institution, trail: Trail) -> str:
    return reverse("public:message", args=[institution.slug, trail.code])


def _fresh(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    patch_cache_control(answer, public=True, max_age=FRESH_S)
    return conditional(request, answer)


def _described(institution: Institution, trail: Trail) -> dict[str, Any]:
    return described(trail, institution, settings.BASE_URL + _url(institution, trail))


def _inside_a_page(said: dict[str, Any]) -> SafeString:
    """JSON in which no letter can end the element around it."""
    text = json.dumps(said, ensure_ascii=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return mark_safe(text)  # noqa: S308 -- what could end the element is written otherwise


def _drawn(request: HttpRequest, institution: Institution, **more: Any) -> dict[str, Any]:
    names = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
    feeds = [
        {"name": names[form], "type": kind, "url": reverse("public:messages_feed", args=[institution.slug, form])}
        for form, kind in FORMS.items()
    ]
    nav = site_nav(institution, "public:messages")
    return page_of(institution, language=language_of(request), feeds=feeds, site_nav=nav, **more)


def _places(institution: Institution, of: Message, trail: Trail) -> list[dict[str, Any]]:
    """By unit, the public channels on which copies stand, and the version where it is an older one."""
    answers = {one.post_id: one for one in queries.answers_in_public(of)}
    stood = {(copy.post_id, copy.channel_id): copy.link for copy in copies_standing(answers)}
    places: dict[int, dict[str, Any]] = {}
    for channel in official_channels(institution) if stood else ():
        for post_id, answer in answers.items():
            link = stood.get((post_id, channel.pk))
            if link is None:
                continue
            older = answer.number if answer.number < trail.steps[0].number else None
            row = places.setdefault(answer.unit_id, {"unit": channel.unit.name, "older": older, "copies": []})
            row["copies"].append({"platform": channel.platform, "link": link or channel.link})
    return list(places.values())
