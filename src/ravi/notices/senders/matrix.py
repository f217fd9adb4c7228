"""Tells by a Matrix bot, in a room of its own with each person; a transaction id makes a repeat harmless.

Client-server API: https://spec.matrix.org/v1.16/client-server-api/ (read 2026-11-25): createRoom, PUT …/send/{type}/{txnId}.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ravi.notices.senders.way import Ports, Words
from ravi.platforms.contract import CredentialsRefused, HttpAnswer, OutcomeUnknown, RateLimited, Rejected

API = "/_matrix/client/v3"
LATER_S = 30.0
LONGEST_MS = 24 * 3600 * 1000
_NOT_VALID = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"})


@dataclass(frozen=True)
class Matrix:
    """`url` is the homeserver's, without a path."""

    url: str
    token: str
    ports: Ports

    async def open(self, address: str) -> str:
        """A room with that person alone; they are invited."""
        wish = {"preset": "trusted_private_chat", "is_direct": True, "invite": [address]}
        answer = await self._ask("POST", "/createRoom", wish)
        return str(answer["room_id"])

    async def send(self, address: str, room: str, words: Words, *, key: str) -> None:
        path = f"/rooms/{quote(room, safe='')}/send/m.room.message/{quote(f'ravi-{key}', safe='')}"
        await self._ask("PUT", path, {"msgtype": "m.text", "body": words.text})

    async def _ask(self, method: str, path: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        answer = await self.ports.http.request(
            method, f"{self.url.rstrip('/')}{API}{path}", headers=headers, body=json.dumps(body).encode()
        )
        return _read(answer)


def _read(answer: HttpAnswer) -> Mapping[str, Any]:
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = {}
    if answer.status == 200 and isinstance(said, dict):
        return said
    code = str(said.get("errcode", "")) if isinstance(said, dict) else ""
    evidence = f"{answer.status} {code}".strip()
    if answer.status == 429:
        wait_ms = said.get("retry_after_ms") if isinstance(said, dict) else None
        wait_s = min(max(wait_ms, 0), LONGEST_MS) / 1000 if isinstance(wait_ms, int) else LATER_S
        raise RateLimited(wait_s, evidence=evidence)
    if answer.status == 401 or code in _NOT_VALID:
        raise CredentialsRefused("the homeserver refused the bot's token", evidence=evidence)
    if 400 <= answer.status < 500:
        raise Rejected(code or f"http_{answer.status}", "the homeserver refused the message", evidence=evidence)
    raise OutcomeUnknown("the homeserver gave no clear answer", evidence=evidence)
