"""Pages and feeds of what the institution publishes on its own channels: one for all, for a unit, for a channel."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from ravi.accounts.models import Institution
from ravi.core import blob, calendar
from ravi.core.ranges import served
from ravi.delivery.published import PLATFORM, Entry, Picture, entries_of, entry_of, last_change
from ravi.directory.models import Channel
from ravi.directory.queries import official_channels
from ravi.library.queries import erased_among
from ravi.platforms.shapes.marked_html import marked_html
from ravi.public.door import conditional, language_of, of_institution, page_of
from ravi.public.feeds import FORMS, Feed, Item, extension, made


@of_institution
def feed(request: HttpRequest, institution: Institution, form: str) -> HttpResponse:
    """All of the institution's own news."""
    page = reverse("public:channels", args=[institution.slug])
    return _feed(request, institution, form, _own_channels(institution), institution.name, page)


@of_institution
def unit_feed(request: HttpRequest, institution: Institution, unit_id: int, form: str) -> HttpResponse:
    """One unit's."""
    channels = [channel for channel in _own_channels(institution) if channel.unit_id == unit_id]
    if not channels:
        raise Http404
    title = f"{channels[0].unit.name} ({institution.name})"
    return _feed(request, institution, form, channels, title, _page(institution, channels[0]))


@of_institution
def channel_feed(request: HttpRequest, institution: Institution, handle: str, form: str) -> HttpResponse:
    """One channel's."""
    channel = _channel(institution, handle)
    title = f"{channel.unit.name} ({channel.handle})"
    return _feed(request, institution, form, [channel], title, _page(institution, channel))


@of_institution
def news(request: HttpRequest, institution: Institution, handle: str) -> HttpResponse:
    """A channel's last entries."""
    channel = _channel(institution, handle)
    found = entries_of([channel.pk])
    erased = _erased(found)
    shown = [_shown(institution, channel, entry, erased) for entry in found]
    return render(request, "public/news.html", _drawn(request, institution, channel, entries=shown))


@of_institution
def entry(request: HttpRequest, institution: Institution, handle: str, key: str) -> HttpResponse:
    """One entry; what was removed is gone."""
    channel = _channel(institution, handle)
    found = entry_of(channel.pk, key)
    if found is None:
        raise Http404
    shown = _shown(institution, channel, found, _erased([found]))
    return render(request, "public/entry.html", _drawn(request, institution, channel, entry=shown))


@of_institution
def image(
    request: HttpRequest, institution: Institution, handle: str, key: str, place: int, ending: str
) -> HttpResponseBase:
    """An image or video of an entry that stands, with a video's picture (.jpg) and captions (.vtt); no other of the house can
    be asked for."""
    found = entry_of(_channel(institution, handle).pk, key)
    if found is None or not 1 <= place <= len(found.pictures):
        raise Http404
    picture = found.pictures[place - 1]
    shown = None if erased_among([picture.sha256]) else _file(request, institution, picture, ending)
    if shown is None:  # erased since
        raise Http404
    return shown


def _file(request: HttpRequest, institution: Institution, picture: Picture, ending: str) -> HttpResponseBase | None:
    sha256, media_type = _asked_file(picture, ending)
    if picture.is_video:
        return served(request, institution.pk, sha256, media_type, {})
    kept = blob.find(institution.pk, sha256)
    return HttpResponse(kept[0], content_type=media_type, headers={"ETag": f'"{sha256}"'}) if kept else None


def _asked_file(picture: Picture, ending: str) -> tuple[str, str]:
    beside = {"jpg": (picture.poster, "image/jpeg"), "vtt": (picture.captions, "text/vtt; charset=utf-8")}
    return beside[ending] if picture.is_video and ending in beside else (picture.sha256, picture.media_type)


def feed_links(institution: Institution, channel: Channel | None = None) -> list[dict[str, str]]:
    """The feeds of a channel, or of the whole institution, for pages to name."""
    names = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
    name, args = "public:feed", [institution.slug]
    if channel:
        name, args = "public:channel_feed", [institution.slug, channel.handle]
    return [
        {"name": names[form], "type": kind, "url": reverse(name, args=[*args, form])} for form, kind in FORMS.items()
    ]


def _feed(
    request: HttpRequest, institution: Institution, form: str, channels: Sequence[Channel], title: str, page: str
) -> HttpResponse:
    """The same bytes while nothing has changed; 304 for whoever has them."""
    if form not in FORMS:
        raise Http404
    by_id = {channel.pk: channel for channel in channels}
    found, changed_at = entries_of(by_id), last_change(by_id)
    erased = _erased(found)
    sizes = blob.sizes(institution.pk, {one.sha256 for entry in found for one in entry.pictures})
    base = settings.BASE_URL
    told = Feed(
        title=title,
        about=_("News of %(name)s, from its own hand") % {"name": institution.name},
        author=institution.name,
        lang=settings.LANGUAGE_CODE,
        page=base + page if page.startswith("/") else page,
        address=base + request.path,
        hub=settings.WEBSUB_HUB,
        changed_at=changed_at,
    )
    items = [
        Item(
            replace(entry, pictures=tuple(one for one in entry.pictures if one.sha256 not in erased)),
            base + where,
            channel.unit.name,
            tuple(base + url for url, one in _images(institution, channel, entry) if one.sha256 not in erased),
            sizes,
        )
        for entry in found
        for channel in [by_id[entry.channel_id]]
        for where in [reverse("public:entry", args=[institution.slug, channel.handle, entry.key])]
    ]
    content = made(form, told, items)
    response = HttpResponse(content, content_type=f"{FORMS[form]}; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    links = {"self": told.address, "hub": told.hub}
    response["Link"] = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items() if url)
    return conditional(request, response, changed_at)


def _own_channels(institution: Institution) -> list[Channel]:
    return list(official_channels(institution).filter(platform=PLATFORM, adapter=PLATFORM))


def _channel(institution: Institution, handle: str) -> Channel:
    found = official_channels(institution).filter(platform=PLATFORM, adapter=PLATFORM, handle=handle).first()
    if found is None:
        raise Http404
    return found


def _page(institution: Institution, channel: Channel) -> str:
    return reverse("public:news", args=[institution.slug, channel.handle])


def _drawn(request: HttpRequest, institution: Institution, channel: Channel, **shown: Any) -> dict[str, Any]:
    feeds = feed_links(institution, channel)
    return page_of(institution, channel=channel, feeds=feeds, language=language_of(request), **shown)


def _erased(entries: Sequence[Entry]) -> dict[str, str]:
    """By hash the sentence that stands in a picture's place; why it was erased is nobody's concern out here."""
    found = erased_among({one.sha256 for entry in entries for one in entry.pictures})
    said = _("A picture that stood here was taken out on %(day)s.")
    return {name: said % {"day": calendar.day(media.erased_at)} for name, media in found.items() if media.erased_at}


def _images(institution: Institution, channel: Channel, entry: Entry) -> list[tuple[str, Picture]]:
    where = [institution.slug, channel.handle, entry.key]
    return [
        (reverse("public:image", args=[*where, place, extension(picture)]), picture)
        for place, picture in enumerate(entry.pictures, start=1)
    ]


def _shown(institution: Institution, channel: Channel, entry: Entry, erased: Mapping[str, str]) -> dict[str, Any]:
    pictures = _images(institution, channel, entry)
    return {
        "title": entry.title,
        "html": mark_safe(marked_html(entry.text, entry.marks)),  # noqa: S308 -- it escapes every word itself
        "lang": entry.lang,
        "published_at": entry.published_at,
        "changed_at": entry.changed_at if entry.changed_at != entry.published_at else None,
        "url": reverse("public:entry", args=[institution.slug, channel.handle, entry.key]),
        "images": [
            _shown_picture(url, picture) | {"gone": erased.get(picture.sha256, "")} for url, picture in pictures
        ],
    }


def _shown_picture(url: str, picture: Picture) -> dict[str, Any]:
    """What the page draws of one; a video as core/parts/film.html plays it."""
    bare = url.rsplit(".", 1)[0]
    return {
        "url": url,
        "alt": picture.alt_text,
        "alt_text": picture.alt_text,
        "is_video": picture.is_video,
        "poster": f"{bare}.jpg" if picture.poster else "",
        "captions": f"{bare}.vtt" if picture.captions else "",
        "captions_lang": picture.captions_lang,
    }
