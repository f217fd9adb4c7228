"""For each kind of object that an address can name: how to make one in a given unit, through the services.

A maker gets (house, unit, a person who serves there) and returns the address's keyword arguments by name.
"""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator

from ravi.accounts import services as accounts
from ravi.accounts.models import AccessToken, Role

Maker = Callable[[Any, Any, Any], dict[str, Any]]


def unit(house: Any, place: Any, person: Any) -> dict[str, Any]:
    return {"unit_id": place.pk}


def person(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    return {"person_id": somebody.pk}


def role(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    held = Role.objects.get(person=somebody, ended_at=None)
    return {"person_id": somebody.pk, "role_id": held.pk}


def token(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    accounts.issue_access_token(somebody, "x", by=somebody)
    return {"token_id": AccessToken.objects.filter(person=somebody).latest("pk").pk}


def passkey(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    made = Authenticator.objects.create(
        user=somebody, type=Authenticator.Type.WEBAUTHN, data={"name": "x", "credential": {}}
    )
    return {"pk": made.pk}


MAKERS: dict[str, Maker] = {"unit": unit, "person": person, "role": role, "token": token, "passkey": passkey}
