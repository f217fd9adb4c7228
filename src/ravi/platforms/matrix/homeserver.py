"""Asks one homeserver in an account's name, and says in a common word why it refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ravi.platforms.contract import (
    NO_CHANNEL,
    NO_RIGHTS,
    CredentialsRefused,
    HttpAnswer,
    HttpPort,
    Rejected,
    credential_field,
)
from ravi.platforms.shapes.json_http import JsonAnswer, JsonDoor, text_at
from ravi.platforms.shapes.this_machine import is_this_machine

CLIENT = "/_matrix/client/v3"
NOT_FOUND = "M_NOT_FOUND"  # under its own name: others on the way say "not_found"
_CODES = {
    "M_FORBIDDEN": NO_RIGHTS,
    "M_TOO_LARGE": "too_long",
    "M_UNRECOGNIZED": "not_possible",
}


@dataclass(frozen=True, slots=True)
class MatrixCredentials:
    """An account's token, sealed with the homeserver that it is for."""

    homeserver: str = credential_field(
        "Homeserver address",
        "نشانی سرور ماتریکس",
        address=True,
        help_en="For example https://matrix.example.org; in Element under Settings, Help & About.",
        help_fa="مانند https://matrix.example.org؛ در Element از Settings و Help & About.",
    )
    access_token: str = credential_field(
        "Access token",
        "توکن دسترسی",
        secret=True,
        help_en="In Element: Settings, Help & About, Advanced, Access Token. Sign in once for Ravi alone, and do not sign out "
        "there: signing out ends the token.",
        help_fa="در Element از Settings و Help & About، بخش Advanced. یک بار فقط برای راوی وارد شوید و آنجا خارج نشوید: "
        "با خروج، توکن باطل می‌شود.",
    )


class Homeserver:
    """One account's calls. `heard_at` is when the last answer came: an adapter has no clock of its own."""

    def __init__(self, credentials: MatrixCredentials, http: HttpPort) -> None:
        self._url = credentials.homeserver.strip().rstrip("/")
        token = credentials.access_token.strip()
        self._http = http
        self._door = JsonDoor(self, {"Authorization": f"Bearer {token}"}, (token,))
        self._me = ""
        self.heard_at: datetime | None = None

    async def me(self) -> str:
        """The account's own name, which a token keeps for as long as it lives."""
        if not self._me:
            self._me = text_at(await self.ask(f"{CLIENT}/account/whoami"), "user_id")
        return self._me

    async def ask(self, path: str, **parameters: str) -> JsonAnswer:
        """A question. A failure of it is NotSent: nothing has happened."""
        return await self._call("GET", f"{path}?{urlencode(parameters)}" if parameters else path)

    async def put(self, path: str, data: Mapping[str, Any]) -> JsonAnswer:
        return await self._call("PUT", path, data=data)

    async def upload(self, name: str, media_type: str, content: bytes) -> JsonAnswer:
        path = f"/_matrix/media/v3/upload?{urlencode({'filename': name})}"
        return await self._call("POST", path, body=content, headers={"Content-Type": media_type})

    async def state(self, room: str, kind: str, key: str = "", **parameters: str) -> JsonAnswer | None:
        """A room's present state of one kind; None where it has none."""
        try:
            return await self.ask(f"{room_path(room)}/state/{kind}/{quote(key, safe='')}", **parameters)
        except Rejected as refusal:
            if refusal.code == NOT_FOUND:
                return None
            raise

    async def room_of(self, target: str) -> str:
        """The room behind a channel's address, which is its number (!) or its name (#)."""
        name = target.strip()
        if name.startswith("!"):
            return name
        name = name if name.startswith("#") else f"#{name}"
        try:
            return text_at(await self.ask(f"{CLIENT}/directory/room/{quote(name, safe='')}"), "room_id")
        except Rejected as refusal:
            if refusal.code == NOT_FOUND:
                refusal.code = NO_CHANNEL
            raise

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        """The transport's own, listened to."""
        answer = await self._http.request(method, url, headers=headers, body=body)
        self.heard_at = answer.received_at
        return answer

    async def _call(self, verb: str, path: str, **sent: Any) -> JsonAnswer:
        parts = urlsplit(self._url)
        if parts.scheme != "https" and not is_this_machine(parts.hostname or ""):
            raise CredentialsRefused(
                "a token is not sent without TLS; the homeserver's address must begin with https://"
            )
        try:
            return await self._door.call(verb, self._url + path, **sent)
        except Rejected as refusal:
            refusal.code = _CODES.get(refusal.code, refusal.code)
            raise


def room_path(room: str) -> str:
    return f"{CLIENT}/rooms/{quote(room, safe='')}"


def only_from(sender: str) -> str:
    """A filter for one account's messages: nobody else's are asked for."""
    return json.dumps({"types": ["m.room.message"], "senders": [sender]})
