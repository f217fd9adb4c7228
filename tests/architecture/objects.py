"""For each kind of object that an address can name: how to make one in a given unit, through the services.

A maker gets (house, unit, a person who serves there) and returns the address's keyword arguments by name.
"""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile

from ravi.accounts import services as accounts
from ravi.accounts.models import AccessToken, Role
from ravi.directory import services as directory
from ravi.library import services as library

# One grey pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b"
    "550000000a49444154789c636800000082008177cd72b60000000049454e44ae"
    "426082"
)
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


def channel(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    new = directory.NewChannel(place, "bale", "sandbox", f"place_{place.pk}", "x")
    return {"pk": directory.open_channel(new, by=None).pk}


def media(house: Any, place: Any, somebody: Any) -> dict[str, Any]:
    picture = ContentFile(PNG, "x.png")
    return {"pk": library.add_image(picture, unit=place, by=somebody, alt_text="x", shows_people=False).pk}


MAKERS: dict[str, Maker] = {
    "unit": unit,
    "person": person,
    "role": role,
    "token": token,
    "passkey": passkey,
    "channel": channel,
    "media": media,
}
