"""A short address leads on to its message's page. It counts that it was opened, and knows nothing of who opened it."""

import re
from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from ravi.accounts.queries import institution_by_id
from ravi.core.qr import qr_file
from ravi.core.tenancy import tenant
from ravi.network.queries import short_address, short_link_by_code
from ravi.network.services import count_opening

# What makes a preview or an index of a page, by the words that such programs put in their own names.
_PROGRAM = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|fetch|scrap|facebookexternalhit|whatsapp|embedly|archiver|monitor|"
    r"curl/|wget/|python-|java/|go-http|okhttp|node-fetch|axios",
    re.IGNORECASE,
)


@require_safe
def opened(request: HttpRequest, code: str) -> HttpResponse:
    """302 to the message; kept by no cache, since it counts, and listed by no engine."""
    short_link = short_link_by_code(code)
    institution = institution_by_id(short_link.institution_id) if short_link else None
    if short_link is None or institution is None:
        raise Http404
    if is_opened_by_somebody(request.method or "", request.headers):
        with tenant(institution.pk):
            count_opening(short_link)
    where = reverse("public:message", args=[institution.slug, short_link.code])
    return HttpResponseRedirect(where, headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})


@require_safe
def picture(request: HttpRequest, code: str, ending: str) -> HttpResponse:
    """The address as a code for a phone's camera; it never changes."""
    short_link = short_link_by_code(code)
    drawn = qr_file(short_address(short_link.code), ending) if short_link else None
    if drawn is None:
        raise Http404
    content, media_type = drawn
    return HttpResponse(content, content_type=media_type, headers={"Cache-Control": "public, max-age=86400"})


def is_opened_by_somebody(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a person asks: no look at the head only, nothing that a browser fetches ahead, no program that says so."""
    if method != "GET":
        return False
    ahead = " ".join(headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    return not re.search("prefetch|prerender|preview", ahead, re.IGNORECASE) and not _is_program(headers)


def _is_program(headers: Mapping[str, str]) -> bool:
    name = headers.get("User-Agent", "")
    return not name or bool(_PROGRAM.search(name))
