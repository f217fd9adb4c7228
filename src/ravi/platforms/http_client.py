"""One HTTP exchange over aiohttp's connections and parser; says exactly what may have happened to it, knows no platform.

Until a connection stands no byte of a request can have left, so every failure before that is NotSent. From then on,
when in doubt, it is OutcomeUnknown. Nothing is ever repeated, no redirect is followed and no cookie is kept. aiohttp's
session, which does such things, stays out: it costs as much as all else of a call (docs/performance.md).
"""

from __future__ import annotations

import asyncio
import re
import select
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import aiohttp
import aiohttp_socks
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from ravi.core.egress import Egress, EgressRefused
from ravi.platforms.contract import HttpAnswer, NotSent, OutcomeUnknown, PlatformError
from ravi.platforms.proxy import Proxy

SAFE_METHODS = frozenset({"GET", "HEAD"})  # RFC 9110, 9.2.1
_READ_BYTES = 64 * 1024
_MOST_KEPT = 4096
_MOST_HINTS = 20  # answers 1xx before the answer; whoever sends more never comes to an end
_MOST_SPOILT = 4  # connections that are thrown away before a call is given up
_PROXY_ERRORS = (aiohttp_socks.ProxyError, aiohttp_socks.ProxyConnectionError, aiohttp_socks.ProxyTimeoutError)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class HttpClient:
    """Implements `contract.HttpPort`."""

    def __init__(
        self,
        connector: aiohttp.TCPConnector,
        egress: Egress,
        *,
        connect_s: float,
        answer_s: float,
        proxy: Proxy | None,
        max_answer_bytes: int,
    ) -> None:
        self._connector = connector
        self._egress = egress
        self._connect_timeout = aiohttp.ClientTimeout(total=None, connect=connect_s)
        self._answer_s = answer_s
        self._proxy = proxy
        self._max_answer_bytes = max_answer_bytes
        self._origins: dict[str, aiohttp.ClientRequest] = {}

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        """One request and its whole answer, whatever the status. Raises NotSent, OutcomeUnknown."""
        progress = _Progress()
        try:
            origin = self._origin(url)
            is_forwarded = self._is_forwarded(origin)
            target = str(URL(url).with_fragment(None)) if is_forwarded else _target(url)
            head = _head(method, target, origin.headers["Host"], self._told(headers, is_forwarded), body)
            connection = await self._connection(origin)
            try:
                answer = await self._exchange(connection, method, head, body, progress)
            except BaseException:
                connection.close()
                raise
            connection.release()
            return answer
        except EgressRefused as refused:
            raise NotSent(str(refused)) from refused
        except _TooLarge:
            raise _failure(method, progress, "the answer is larger than Ravi reads") from None
        except (aiohttp.ClientError, HttpProcessingError, *_PROXY_ERRORS, TimeoutError, OSError, ValueError) as error:
            raise _failure(method, progress, _sentence(error)) from error

    def _origin(self, url: str) -> aiohttp.ClientRequest:
        """What the connector asks for; checked once, since the list of what may be reached stands for the whole process."""
        place = "/".join(url.split("/", 3)[:3])
        known = self._origins.get(place)
        if known is not None:
            return known
        # What aiohttp will connect to, not what was written: it reads ①②⑦.0.0.1 as 127.0.0.1, and asks no resolver then.
        address = URL(place)
        self._egress.check_url(str(address))
        if self._proxy is not None:
            self._egress.check_beyond(address.host or "", address.port or 0)
        if len(self._origins) >= _MOST_KEPT:
            self._origins.clear()
        return self._origins.setdefault(place, self._asked_for(address))

    def _asked_for(self, address: URL) -> aiohttp.ClientRequest:
        """A SOCKS proxy is the connector's affair; an HTTP proxy is told with each request."""
        loop, proxy = asyncio.get_running_loop(), self._proxy
        if proxy is None or proxy.kind != "http":
            return aiohttp.ClientRequest("GET", address, loop=loop)
        headers = {"proxy-authorization": proxy.authorization} if proxy.authorization else None
        return aiohttp.ClientRequest("GET", address, proxy=URL(proxy.place), proxy_headers=headers, loop=loop)

    def _is_forwarded(self, origin: aiohttp.ClientRequest) -> bool:
        """An HTTP proxy takes plain http whole and reads its address; for https it only opens a tunnel."""
        return self._proxy is not None and self._proxy.kind == "http" and not origin.is_ssl()

    def _told(self, headers: Mapping[str, str] | None, is_forwarded: bool) -> Mapping[str, str]:
        """What a proxy is shown stands in the request itself where there is no tunnel."""
        if not is_forwarded or self._proxy is None or not self._proxy.authorization:
            return headers or {}
        return {**(headers or {}), "proxy-authorization": self._proxy.authorization}

    async def _connection(self, origin: aiohttp.ClientRequest) -> Connection:
        """One on which nothing stands that nobody asked for: an answer too many would be taken for the next call's."""
        for _ in range(_MOST_SPOILT):
            connection = await self._connector.connect(origin, [], self._connect_timeout)
            if not _is_spoilt(connection, is_ssl=origin.is_ssl()):
                return connection
            connection.close()
        raise _Unasked

    async def _exchange(
        self, connection: Connection, method: str, head: bytes, body: bytes | None, progress: _Progress
    ) -> HttpAnswer:
        protocol = connection.protocol
        if protocol is None or protocol.transport is None:
            raise aiohttp.ServerDisconnectedError
        transport = protocol.transport
        protocol.set_response_params(
            skip_payload=method == "HEAD", read_until_eof=True, read_timeout=self._answer_s, read_bufsize=_READ_BYTES
        )
        progress.connected = True
        transport.write(head + body if body else head)
        timing = None
        if protocol.writing_paused:
            timing = asyncio.ensure_future(_time_when_written(protocol, transport, self._answer_s))
        if timing is None:
            protocol.start_timeout()
        try:
            return await self._answer(protocol, progress)
        finally:
            if timing is not None:
                timing.cancel()
            if transport.get_write_buffer_size():  # nobody waits for the rest any more, and nothing may follow it here
                protocol.force_close()
                transport.abort()

    async def _answer(self, protocol: ResponseHandler, progress: _Progress) -> HttpAnswer:
        message, payload = await protocol.read()
        for _ in range(_MOST_HINTS):
            if not 100 <= message.code < 200 or message.code == 101:
                break
            message, payload = await protocol.read()
        else:
            raise _TooLarge
        progress.status = message.code
        content = payload.read_nowait()
        while not payload.at_eof() and len(content) <= self._max_answer_bytes:
            content += await payload.readany()
        if len(content) > self._max_answer_bytes:
            raise _TooLarge
        headers = {name.lower(): value for name, value in message.headers.items()}
        return HttpAnswer(message.code, headers, content, datetime.fromtimestamp(time.time(), UTC))


class _TooLarge(Exception):
    pass


class _Unasked(aiohttp.ClientError):
    pass


@dataclass(slots=True)
class _Progress:
    """How far one request has come. `connected`: TLS stands, and the next thing written is the request itself."""

    connected: bool = False
    status: int = 0


def _is_spoilt(connection: Connection, *, is_ssl: bool) -> bool:
    """Whether something was received, or waits to be read, before anything is asked; TLS says things of its own."""
    protocol = connection.protocol
    if protocol is None or protocol.transport is None or protocol.should_close:
        return True
    if is_ssl:
        return False
    poll = select.poll()
    poll.register(protocol.transport.get_extra_info("socket"), select.POLLIN)
    return bool(poll.poll(0))


@lru_cache(_MOST_KEPT)
def _target(url: str) -> str:
    return URL(url).raw_path_qs


def _head(method: str, target: str, host: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
    """Raises ValueError for a header that would begin a line of its own."""
    lines = {"host": host, "user-agent": "Ravi", "accept": "*/*", "accept-encoding": "identity"}
    lines |= {name.lower(): value for name, value in headers.items()}
    if body is not None or method not in SAFE_METHODS:
        lines["content-length"] = str(len(body or b""))
    told = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items())]
    if _CONTROL.search("".join(told)):
        raise ValueError("a header holds a control character")
    return ("\r\n".join(told) + "\r\n\r\n").encode()


async def _time_when_written(protocol: ResponseHandler, transport: asyncio.WriteTransport, still_s: float) -> None:
    """The time for an answer begins when a large body has left; a line on which nothing moves so long is given up before."""
    with suppress(OSError):
        while protocol.writing_paused:
            left = transport.get_write_buffer_size()
            try:
                async with asyncio.timeout(still_s):
                    await protocol._drain_helper()
            except TimeoutError:
                if transport.get_write_buffer_size() >= left:
                    protocol.set_exception(aiohttp.SocketTimeoutError("nothing of the request moves"))
                    return
        protocol.start_timeout()


def _failure(method: str, progress: _Progress, sentence: str) -> PlatformError:
    evidence = f"{method} status {progress.status or 'none'}: {sentence}"
    if method.upper() in SAFE_METHODS or not progress.connected:
        return NotSent(sentence, evidence=evidence)
    return OutcomeUnknown(sentence, evidence=evidence)


def _sentence(error: BaseException) -> str:
    if isinstance(error, asyncio.TimeoutError):
        return "no answer in time"
    if isinstance(error, (*_PROXY_ERRORS, aiohttp.ClientHttpProxyError, aiohttp.ClientProxyConnectionError)):
        return _of_proxy(error)
    if isinstance(error, _Unasked):
        return "it answers before it is asked"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return str(error.os_error.strerror or "the name has no address")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return "no secure connection: the certificate or TLS was not accepted"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"could not connect: {error.os_error.strerror or type(error.os_error).__name__}"
    if isinstance(error, aiohttp.ServerDisconnectedError | ConnectionResetError):
        return "the connection was closed before an answer"
    return f"the exchange broke off: {type(error).__name__}"


def _of_proxy(error: BaseException) -> str:
    """Nothing that a proxy says of itself is repeated but its own number."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"the proxy opened no way there: status {error.status}"
    if isinstance(error, aiohttp_socks.ProxyError):
        said = f": reply {error.error_code}" if error.error_code else ""
        return f"the proxy opened no way there{said}"
    return "the proxy of this route did not answer"
