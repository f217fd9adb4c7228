"""Carries bytes to platforms and says exactly what may have happened to them; knows no platform.

Until a connection stands no byte of a request can have left, so every failure before that is NotSent. From then on,
when in doubt, it is OutcomeUnknown. Nothing is ever repeated and no redirect is followed here.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import Connection

from ravi.core.egress import Egress, EgressRefused, NameNotFound
from ravi.platforms.contract import HttpAnswer, NotSent, OutcomeUnknown, PlatformError
from ravi.platforms.smtp_client import SmtpClient

SAFE_METHODS = frozenset({"GET", "HEAD"})  # RFC 9110, 9.2.1
# Shorter than common servers' own (Node: 5 s), so that a reused connection is rarely a dead one.
_KEEPALIVE_S = 4.0


@dataclass(frozen=True, slots=True)
class Timeouts:
    """`connect_s` ends in NotSent; `answer_s`, from the connection on, in OutcomeUnknown."""

    connect_s: float = 5.0
    answer_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Transport:
    """What adapters get: `http` and `smtp` on one route."""

    http: HttpClient
    smtp: SmtpClient


@asynccontextmanager
async def open_transport(
    egress: Egress,
    *,
    timeouts: Timeouts = Timeouts(),
    proxy: str = "",
    max_answer_bytes: int = 2 * 1024 * 1024,
    connections: int = 100,
) -> AsyncIterator[Transport]:
    """One session for one route. `proxy` is the route's http proxy, itself checked like any other address."""
    connector = _Connector(
        resolver=_Resolver(egress), limit=connections, keepalive_timeout=_KEEPALIVE_S, use_dns_cache=False
    )
    session = aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        headers={"User-Agent": "Ravi", "Accept-Encoding": "identity"},
    )
    # aiohttp silently repeats PUT and DELETE on a connection that died in its pool; a repeat is the engine's decision.
    session._retry_connection = False
    try:
        http = HttpClient(session, egress, timeouts, proxy=proxy, max_answer_bytes=max_answer_bytes)
        yield Transport(http=http, smtp=SmtpClient(egress, timeouts.connect_s, timeouts.answer_s))
    finally:
        await session.close()


class HttpClient:
    """Implements `contract.HttpPort`."""

    def __init__(
        self, session: aiohttp.ClientSession, egress: Egress, timeouts: Timeouts, *, proxy: str, max_answer_bytes: int
    ) -> None:
        self._session = session
        self._egress = egress
        # No total: whoever calls has a time of their own for the whole.
        self._client_timeout = aiohttp.ClientTimeout(
            total=None, connect=timeouts.connect_s, sock_read=timeouts.answer_s
        )
        self._proxy = proxy
        self._max_answer_bytes = max_answer_bytes

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        """One request and its whole answer, whatever the status. Raises NotSent, OutcomeUnknown."""
        try:
            self._egress.check_url(url)
            if self._proxy:
                self._egress.check_url(self._proxy)
        except EgressRefused as refused:
            raise NotSent(str(refused)) from refused
        progress = _Progress()
        _progress.set(progress)
        try:
            return await self._exchange(method, url, headers or {}, body, progress)
        except _TooLarge:
            raise _failure(method, progress, "the answer is larger than Ravi reads") from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise _failure(method, progress, _sentence(error)) from error

    async def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, progress: _Progress
    ) -> HttpAnswer:
        async with self._session.request(
            method,
            url,
            headers=headers,
            data=body,
            allow_redirects=False,
            proxy=self._proxy or None,
            timeout=self._client_timeout,
        ) as response:
            progress.status = response.status
            content = bytearray()
            async for chunk in response.content.iter_any():
                content += chunk
                if len(content) > self._max_answer_bytes:
                    response.close()
                    raise _TooLarge
            lower = {name.lower(): value for name, value in response.headers.items()}
            return HttpAnswer(response.status, lower, bytes(content), datetime.fromtimestamp(time.time(), UTC))


class _TooLarge(Exception):
    pass


@dataclass(slots=True)
class _Progress:
    """How far one request has come."""

    connected: bool = False
    status: int = 0


# Of the request that the current task makes; aiohttp's own tracing says the same at a tenth of the whole call's cost.
_progress: ContextVar[_Progress] = ContextVar("ravi_request_progress")


class _Connector(aiohttp.TCPConnector):
    """Marks the moment a request gets its connection: TLS stands, and the next thing written is the request itself."""

    async def connect(self, *arguments: Any, **named: Any) -> Connection:
        connection = await super().connect(*arguments, **named)
        _progress.get().connected = True
        return connection


class _Resolver(AbstractResolver):
    """Gives aiohttp only addresses that egress has checked; it connects to exactly these."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        try:
            endpoints = await self._egress.resolve(host, port, family=family)
        except (EgressRefused, NameNotFound) as refused:
            raise OSError(None, str(refused)) from refused
        return [
            ResolveResult(
                hostname=host,
                host=endpoint.address,
                port=endpoint.port,
                family=endpoint.family,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for endpoint in endpoints
        ]

    async def close(self) -> None:
        pass


def _failure(method: str, progress: _Progress, sentence: str) -> PlatformError:
    evidence = f"{method} status {progress.status or 'none'}: {sentence}"
    if method.upper() in SAFE_METHODS or not progress.connected:
        return NotSent(sentence, evidence=evidence)
    return OutcomeUnknown(sentence, evidence=evidence)


def _sentence(error: BaseException) -> str:
    if isinstance(error, asyncio.TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return str(error.os_error.strerror or "the name has no address")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return "no secure connection: the certificate or TLS was not accepted"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"could not connect: {error.os_error.strerror or type(error.os_error).__name__}"
    if isinstance(error, aiohttp.ServerDisconnectedError | ConnectionResetError):
        return "the connection was closed before an answer"
    return f"the exchange broke off: {type(error).__name__}"
