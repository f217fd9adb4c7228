"""How allauth behaves here: staff sign in, nobody signs up."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


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
