"""The API as one thing: its routes, how it refuses, and its description."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import translation
from ninja import NinjaAPI
from ninja.security import HttpBearer

from ravi.api.described import add_headers
from ravi.api.door import ApiRequest, framed
from ravi.api.problems import problem_of
from ravi.api.routes import (
    after_review,
    answering,
    auto_adoption,
    behind,
    channels,
    copies,
    correction,
    correction_yes,
    me,
    media,
    pause,
    posts,
    releases,
    shared_yes,
    standing,
    stops,
    template,
    writing,
)
from ravi.api.routes import network_answer as adoptions
from ravi.api.routes import network_campaign as campaigns
from ravi.api.routes import network_corrections as corrections
from ravi.api.routes import network_draft as drafts
from ravi.api.routes import network_message as messages
from ravi.api.routes import network_offer as offers
from ravi.api.routes import network_translation as translations
from ravi.api.routes import network_withdrawal as withdrawals
from ravi.api.webhook.described import add_webhooks

NAME = "api_v1"
ABOUT = """\
Reads and does what the pages of Ravi read and do, with the key of one person: the same rights, the same refusals.

Send the key as `Authorization: Bearer ravi_...`. A list gives `next`, which goes back as `cursor`. Whatever is sent with an
`Idempotency-Key` is done once, also when it is repeated within 24 hours. A refusal is `application/problem+json` (RFC 9457); it
left nothing behind. Sentences are in the language of `Accept-Language`, `fa` or `en`. 300 requests a minute per key."""


class Key(HttpBearer):
    """A person's key; the door has judged it before any route is asked."""

    def __call__(self, request: HttpRequest) -> Any:
        return getattr(request, "key", None)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The door's work."""
        return getattr(request, "key", None)


class Interface(NinjaAPI):
    """Refuses with the house's sentences, and lets defects through to the door."""

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        problem = problem_of(exc)
        if problem is None:
            raise exc
        return problem.response()

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)


interface = Interface(
    title="Ravi",
    version="1",
    description=ABOUT,
    urls_namespace=NAME,
    openapi_url=None,
    docs_url=None,
    auth=Key(),
)
# One router for each noun: an address whose methods stood in two would know only the first's.
ROOMS = (
    me,
    posts,
    writing,
    answering,
    correction,
    copies,
    channels,
    media,
    campaigns,
    messages,
    drafts,
    translations,
    corrections,
    withdrawals,
    shared_yes,
    correction_yes,
    offers,
    adoptions,
    auto_adoption,
    behind,
    template,
    standing,
    after_review,
    releases,
    stops,
    pause,
)
for router in dict.fromkeys(room.router for room in ROOMS):
    interface.add_router("", router)


def patterns() -> list[URLPattern]:
    """Every address, behind the door."""
    found = [one for one in interface.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    for one in found:
        one.callback = framed(one.callback)
    return found


@cache
def description() -> dict[str, Any]:
    """The OpenAPI document. Refusals are problems, and lists need no other words than English."""
    with translation.override("en"):
        # Through JSON, since the framework writes status codes as numbers.
        told: dict[str, Any] = json.loads(json.dumps(interface.get_openapi_schema(path_prefix="/api/v1/")))
        add_webhooks(told)
    for operations in told["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if int(status) < 300:
                    add_headers(status, answer)
                if int(status) >= 400 and "content" in answer:
                    answer["content"] = {"application/problem+json": answer["content"]["application/json"]}
    return told


__all__ = ["ApiRequest", "description", "interface", "patterns"]
