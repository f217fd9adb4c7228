"""Asks one server of the AT Protocol in an account's name: signs in once, keeps the session, renews it when it has ended.

Signing in is scarce (30 times in five minutes, 300 a day), so a password is used only where no token works any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import urlencode, urlsplit

from ravi.platforms.contract import (
    NO_RIGHTS,
    CredentialsRefused,
    HttpAnswer,
    HttpPort,
    NotSent,
    OutcomeUnknown,
    Rejected,
    credential_field,
    secrets_of,
)
from ravi.platforms.shapes.json_http import JsonAnswer, JsonDoor
from ravi.platforms.shapes.this_machine import is_this_machine

# What a server says of a token that has ended or that it does not know; the call itself was not carried out then.
_ENDED = frozenset({"ExpiredToken", "InvalidToken"})
_SENTENCES = {
    "AuthFactorTokenRequired": "this is the account's own password, which asks for a second factor: make an app password",
    "AccountTakedown": "the platform has taken this account down",
}


@dataclass(frozen=True, slots=True)
class BlueskyCredentials:
    """The account and an app password of it, sealed with the server that both are for."""

    identifier: str = credential_field(
        "Handle",
        "نام کاربری",
        help_en="As it stands on the account's page, without @; for example health.example.ir or mehregan.bsky.social.",
        help_fa="همان که در صفحهٔ حساب آمده، بی @؛ مانند health.example.ir یا mehregan.bsky.social.",
    )
    app_password: str = credential_field(
        "App password",
        "گذرواژهٔ برنامه",
        secret=True,
        help_en="In Bluesky: Settings, Privacy and security, App passwords. Not the account's own password.",
        help_fa="در بلواسکای: Settings، سپس Privacy and security و App passwords. گذرواژهٔ خود حساب را ننویسید.",
    )
    server: str = credential_field(
        "Server address",
        "نشانی سرور",
        address=True,
        default="https://bsky.social",
        help_en="Leave it as it is, unless the account stands on a server (PDS) of your institution's own.",
        help_fa="همین بماند، مگر حساب روی سرور (PDS) خود دانشگاه باشد.",
    )


@dataclass(frozen=True, slots=True)
class Account:
    """Whose session it is, and its two tokens."""

    did: str
    handle: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    is_active: bool = True


class Session:
    """One account's calls. `heard_at` is when the last answer came: an adapter has no clock of its own."""

    def __init__(self, credentials: BlueskyCredentials, http: HttpPort) -> None:
        self._server = credentials.server.strip().rstrip("/")
        self._login = {
            "identifier": credentials.identifier.strip().lstrip("@"),
            "password": credentials.app_password.strip(),
        }
        self._secrets = (*secrets_of(credentials), self._login["password"])
        self._http = http
        self._account: Account | None = None
        self._one_at_a_time = asyncio.Lock()
        self.heard_at: datetime | None = None

    async def account(self) -> Account:
        """Whose session it is; signs in if there is none yet."""
        async with self._one_at_a_time:
            if self._account is None:
                self._account = await self._signed_in()
            return self._account

    async def ask(self, name: str, **parameters: str | Sequence[str]) -> JsonAnswer:
        """A query. A failure of it is NotSent: nothing has happened."""
        return await self._call("GET", f"{name}?{urlencode(parameters, doseq=True)}" if parameters else name)

    async def tell(
        self, name: str, data: Mapping[str, Any] | None = None, *, body: bytes | None = None, media_type: str = ""
    ) -> JsonAnswer:
        """A procedure, with JSON or with a file."""
        if body is None:
            return await self._call("POST", name, data=data)
        return await self._call("POST", name, body=body, headers={"Content-Type": media_type})

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        """The transport's own, listened to."""
        answer = await self._http.request(method, url, headers=headers, body=body)
        self.heard_at = answer.received_at
        return answer

    async def _call(self, verb: str, path: str, **sent: Any) -> JsonAnswer:
        account = await self.account()
        try:
            return await self._door(account.access).call(verb, self._url(path), **sent)
        except CredentialsRefused:
            pass
        except Rejected as refusal:
            if refusal.code not in _ENDED:
                raise
        account = await self._renewed(account)
        try:
            return await self._door(account.access).call(verb, self._url(path), **sent)
        except Rejected as refusal:
            if refusal.code in _ENDED:
                raise CredentialsRefused(
                    "the server knows none of its own tokens", evidence=refusal.evidence
                ) from refusal
            raise

    async def _renewed(self, ended: Account) -> Account:
        """By the refresh token; by the password only when that has ended too. Others who wait for it take the same."""
        async with self._one_at_a_time:
            if self._account is not None and self._account is not ended:
                return self._account
            try:
                door = self._door(ended.refresh)
                self._account = await self._opened(door, "com.atproto.server.refreshSession")
            except (CredentialsRefused, Rejected):
                self._account = None
                self._account = await self._signed_in()
            return self._account

    async def _signed_in(self) -> Account:
        try:
            return await self._opened(self._door(""), "com.atproto.server.createSession", data=self._login)
        except CredentialsRefused as refused:
            _name(refused)

    async def _opened(self, door: JsonDoor, name: str, **sent: Any) -> Account:
        """Nothing is published by it, so no answer means NotSent; and its answer holds tokens, so nobody quotes it."""
        try:
            said = (await door.call("POST", self._url(name), **sent)).data
        except OutcomeUnknown as unknown:
            raise NotSent(f"signing in: {unknown.detail}") from unknown
        said = said if isinstance(said, Mapping) else {}
        found = [said.get(key) for key in ("did", "handle", "accessJwt", "refreshJwt")]
        if not all(isinstance(value, str) and value for value in found):
            raise NotSent("signing in: the server's answer holds no session")
        did, handle, access, refresh = map(str, found)
        return Account(did, handle, access, refresh, said.get("active") is not False)

    def _door(self, token: str) -> JsonDoor:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return JsonDoor(self, headers, (*self._secrets, *([token] if token else [])))

    def _url(self, path: str) -> str:
        parts = urlsplit(self._server)
        if parts.scheme != "https" and not is_this_machine(parts.hostname or ""):
            raise CredentialsRefused(
                "a password is not sent without TLS; the server's address must begin with https://"
            )
        return f"{self._server}/xrpc/{path}"


def check_active(account: Account) -> None:
    """Raises Rejected where the platform keeps the account and shows it to nobody."""
    if not account.is_active:
        raise Rejected(NO_RIGHTS, f"the account {account.handle} is switched off on its platform")


def _name(refused: CredentialsRefused) -> NoReturn:
    """The refusal again, in words that say what to do."""
    for code, sentence in _SENTENCES.items():
        if code in refused.evidence:
            raise CredentialsRefused(sentence, evidence=refused.evidence) from refused
    raise refused
