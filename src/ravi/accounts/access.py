"""The doors of views: who is signed in, and who may."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability

View = Callable[..., HttpResponseBase]

signed_in = login_required


def person_of(request: HttpRequest) -> Person:
    """Who asks; only behind `signed_in` or `needs`."""
    return cast(Person, request.user)


def needs(*abilities: Ability) -> Callable[[View], View]:
    """The view is for people with one of `abilities`.

    Others get the 403 page; where the address names an object, 404, so that nobody learns from it what exists.
    """

    def door(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not any(rights(person_of(request)).may(ability) for ability in abilities):
                if kwargs:
                    raise Http404
                raise PermissionDenied(_("This is for other roles."))
            return view(request, *args, **kwargs)

        return guarded

    return door


def require(person: Person, ability: Ability, unit_id: int) -> None:
    """Raises PermissionDenied unless `person` has `ability` in that unit."""
    if not rights(person).may(ability, unit_id):
        raise PermissionDenied(_("This is for other roles."))
