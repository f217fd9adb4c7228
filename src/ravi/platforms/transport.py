"""Opens the ways on which adapters reach platforms: http and smtp on one route, to addresses that egress has checked."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import aiohttp_socks
from aiohttp.abc import AbstractResolver, ResolveResult

from ravi.core.egress import Egress, EgressRefused, NameNotFound
from ravi.platforms.http_client import HttpClient
from ravi.platforms.proxy import Proxy, parse_proxy
from ravi.platforms.smtp_client import SmtpClient

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
    """One pool of connections for one route. `proxy` is the address of the route's HTTP or SOCKS5 proxy, which alone is
    then connected to, wherever it stands: whoever runs this Ravi wrote it. It resolves the names. Raises ValueError."""
    by = parse_proxy(proxy) if proxy else None
    connector = _connector(egress, by, connections)
    http = HttpClient(
        connector,
        egress,
        connect_s=timeouts.connect_s,
        answer_s=timeouts.answer_s,
        proxy=by,
        max_answer_bytes=max_answer_bytes,
    )
    try:
        yield Transport(http=http, smtp=SmtpClient(egress, timeouts.connect_s, timeouts.answer_s, by))
    finally:
        await connector.close()


def _connector(egress: Egress, by: Proxy | None, connections: int) -> aiohttp.TCPConnector:
    if by is not None and by.kind == "socks5":
        return aiohttp_socks.ProxyConnector(
            proxy_type=aiohttp_socks.ProxyType.SOCKS5,
            host=by.host,
            port=by.port,
            username=by.username or None,
            password=by.password or None,
            rdns=True,
            limit=connections,
            keepalive_timeout=_KEEPALIVE_S,
        )
    # Through an HTTP proxy only the proxy's own name is resolved here.
    known = egress if by is None else Egress(egress.allowed | {(by.host, by.port)})
    return aiohttp.TCPConnector(
        resolver=_Resolver(known), limit=connections, keepalive_timeout=_KEEPALIVE_S, use_dns_cache=False
    )


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
