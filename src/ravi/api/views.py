"""What stands beside the routes: their description, and a page that explains them to people."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ravi.accounts.access import person_of, signed_in
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.api import rules
from ravi.api.interface import description
from ravi.core.middleware import no_database


@no_database
@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """The OpenAPI 3.1 document; it names nobody, so it asks for no key."""
    return JsonResponse(description(), json_dumps_params={"ensure_ascii": False})


@signed_in
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How to connect a program, for people."""
    may_webhooks = rights(person_of(request)).may(Ability.MANAGE_WEBHOOKS)
    figures = {
        "requests": rules.MOST_REQUESTS,
        "hours": rules.ANSWER_KEPT_H,
        "most": rules.MOST_PER_PAGE,
        "may_webhooks": may_webhooks,
    }
    return render(request, "api/about.html", figures)
