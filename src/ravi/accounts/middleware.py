"""Whoever has no second factor yet goes to set one up first; a demo institution relaxes it and says so."""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

# Reachable without a second factor: signing in and out, setting one up, one's language, and pages for everyone.
_OPEN = ("account_", "mfa_", "public:", "accounts:language", "health")


class SecondFactorMiddleware:
    """Sends people without a second factor to the page where they set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not request.user.is_authenticated or name.startswith(_OPEN) or has_second_factor(request):
            return None
        return redirect("mfa_index")


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session's person proved or just set up a second factor, or belongs to a demo institution."""
    person: Any = request.user
    if any(record.get("method") == "mfa" for record in get_authentication_records(request, person)):
        return True
    return bool(person.institution.is_demo) or is_mfa_enabled(person)
