"""How allauth behaves here: staff sign in, nobody signs up."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest

from ravi.core import clock

# django-axes counts a name from an address; one password tried on every name is counted here. A whole office shares one.
MOST_FROM_ONE_PLACE = 100
WITHIN = timedelta(minutes=15)


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """People are added by a head; a page never opens an account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """The user name is given by the head who adds the person."""


def tried_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The user name of a try, in one case, for counting failures: allauth names it twice."""
    tried = (credentials or {}).get("username") or request.POST.get("login", "")
    return str(tried).lower()[:200]


def client_address(request: HttpRequest) -> str | None:
    """Where a try came from. Behind the proxy of a public name it is what that proxy added, the last of the list;
    whatever stands before it was written by the client.
    """
    direct = request.META.get("REMOTE_ADDR") or None
    if settings.IS_LOCAL:
        return direct
    return request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip() or direct


def is_trying_names(address: str | None) -> bool:
    """Whether so many passwords were wrong from there, whatever the names, that no other is looked at now."""
    tries = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=clock.now() - WITHIN)
    return (tries.aggregate(n=Sum("failures_since_start"))["n"] or 0) >= MOST_FROM_ONE_PLACE
