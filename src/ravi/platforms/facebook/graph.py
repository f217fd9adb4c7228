"""Calls of Meta's Graph API with one Page's token: a form in, JSON out, refusals told by a number and an English sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ravi.platforms.contract import (
    LONGEST_WAIT_S,
    NO_CHANNEL,
    NO_RIGHTS,
    CredentialsRefused,
    HttpAnswer,
    HttpPort,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
)
from ravi.platforms.shapes.json_http import JsonAnswer, JsonDoor
from ravi.platforms.shapes.multipart import File, form
from ravi.platforms.shapes.this_machine import is_this_machine

VERSION = "v24.0"
GONE = "gone"
# https://developers.facebook.com/docs/graph-api/using-graph-api/error-handling/ and, 613 and 80001, python-facebook-api
_TOKEN, _LATER, _BROKEN = (
    frozenset({"190", "102"}),
    frozenset({"4", "17", "32", "341", "613", "80001"}),
    frozenset({"1", "2"}),
)
_NAMES = {"3": NO_RIGHTS, "10": NO_RIGHTS, "368": "blocked", "506": "duplicate", "803": NO_CHANNEL}
_LATER_S = 900.0  # our own choice: where no time is told, each call meanwhile makes it longer


class Graph:
    """One Page's door. The token goes nowhere without TLS."""

    def __init__(self, server: str, token: str, http: HttpPort) -> None:
        self._server, self._token = server.strip().rstrip("/"), token.strip()
        self._http = _Usage(http)
        self._door = JsonDoor(self._http, {}, (self._token, quote(self._token, safe="")))

    async def ask(self, path: str, **query: str) -> JsonAnswer:
        """A question; a failure of it is NotSent."""
        return await self._call("GET", f"{path}?{urlencode({**query, 'access_token': self._token})}")

    async def tell(self, path: str, fields: Mapping[str, Any], file: tuple[str, File] | None = None) -> JsonAnswer:
        """A call that does something, with a file beside its fields where there is one."""
        said = {name: _spelt(value) for name, value in {**fields, "access_token": self._token}.items()}
        if file is None:
            body, content_type = urlencode(said).encode(), "application/x-www-form-urlencoded"
        else:
            body, content_type = form(said, dict([file]))
        return await self._call("POST", path, body=body, headers={"Content-Type": content_type})

    async def remove(self, path: str) -> JsonAnswer:
        return await self._call("DELETE", f"{path}?{urlencode({'access_token': self._token})}")

    async def _call(self, method: str, path: str, **sent: Any) -> JsonAnswer:
        parts = urlsplit(self._server)
        if parts.scheme != "https" and not is_this_machine(parts.hostname or ""):
            raise CredentialsRefused("a token is not sent without TLS; the server's address must begin with https://")
        try:
            return await self._door.call(method, f"{self._server}/{VERSION}/{path}", **sent)
        except Rejected as refusal:
            raise self._sorted(method, refusal) from refusal

    def _sorted(self, method: str, refusal: Rejected) -> PlatformError:
        """What the number means. One and two are "unknown" and "service": nobody knows what became of the call."""
        code, detail, evidence = refusal.code, refusal.detail, refusal.evidence
        if code in _TOKEN:
            return CredentialsRefused(detail, evidence=evidence)
        if code in _LATER:
            return RateLimited(self._http.regain_s or _LATER_S, detail=detail, evidence=evidence)
        if code in _BROKEN:
            return (NotSent if method == "GET" else OutcomeUnknown)(detail, evidence=evidence)
        if code == "100" and "does not exist" in detail:
            refusal.code = GONE
        else:
            refusal.code = NO_RIGHTS if code.isdigit() and 200 <= int(code) < 300 else _NAMES.get(code, code)
        return refusal


class _Usage:
    """The transport, and how long its last answer said that a Page must wait (`x-business-use-case-usage`, in minutes)."""

    def __init__(self, http: HttpPort) -> None:
        self._http = http
        self.regain_s = 0.0

    async def request(self, method: str, url: str, **sent: Any) -> HttpAnswer:
        answer = await self._http.request(method, url, **sent)
        self.regain_s = _regain_s(answer.headers.get("x-business-use-case-usage", ""))
        return answer


def _regain_s(header: str) -> float:
    try:
        told = json.loads(header) if header else {}
    except (ValueError, RecursionError):
        return 0.0
    uses = [use for uses in told.values() if isinstance(uses, list) for use in uses] if isinstance(told, dict) else []
    minutes = [use.get("estimated_time_to_regain_access") for use in uses if isinstance(use, dict)]
    return min(
        max((60 * minute for minute in minutes if isinstance(minute, int) and minute > 0), default=0), LONGEST_WAIT_S
    )


def _spelt(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
