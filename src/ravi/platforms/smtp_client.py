"""Hands one message to one SMTP server; the point of no return is the DATA command.

Everything before DATA is provably not sent. From DATA on, a clear answer decides, and a missing one is OutcomeUnknown:
the server may have taken the message and lost only its yes (RFC 5321, 4.5.3.2.6).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import aiosmtplib
import python_socks
from python_socks.async_.asyncio import Proxy as Door

from ravi.core.egress import Egress, EgressRefused, NameNotFound
from ravi.platforms.contract import (
    CredentialsRefused,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    SmtpServer,
)
from ravi.platforms.proxy import Proxy

LATER_S = 300.0  # RFC 5321, 4.5.4.1 asks for half an hour between tries; for one list address five minutes are polite
_REFUSED_LOGIN = frozenset({530, 534, 535, 538})


class SmtpClient:
    """Implements `contract.SmtpPort`."""

    def __init__(self, egress: Egress, connect_s: float, answer_s: float, proxy: Proxy | None = None) -> None:
        self._egress = egress
        self._proxy = proxy
        self._connect_s = connect_s
        self._answer_s = answer_s

    async def send(self, server: SmtpServer, *, sender: str, recipient: str, message: bytes) -> str:
        """The server's closing line, as evidence."""
        async with self._session(server, ehlo_name=sender.rpartition("@")[2] or "localhost") as client:
            with _before_data(server):
                await client.mail(sender)
                await client.rcpt(recipient)
            with _from_data_on(server):
                response = await client.data(message)
            return f"{response.code} {response.message[:200]}"

    async def check(self, server: SmtpServer) -> str:
        """Connect, authenticate and NOOP; nothing is sent."""
        async with self._session(server, ehlo_name="localhost") as client:
            with _before_data(server):
                response = await client.noop()
            return f"{response.code} {response.message[:200]}"

    @asynccontextmanager
    async def _session(self, server: SmtpServer, *, ehlo_name: str) -> AsyncIterator[aiosmtplib.SMTP]:
        client = aiosmtplib.SMTP(
            hostname=server.host,
            sock=await (self._connect(server) if self._proxy is None else self._tunnel(server, self._proxy)),
            local_hostname=ehlo_name,
            timeout=self._answer_s,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            username=server.username or None,
            password=server.password or None,
        )
        with _before_data(server):
            await client.connect()
        try:
            yield client
        finally:
            # The message's fate is settled; a lost goodbye changes nothing.
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await client.quit(timeout=2)
            client.close()

    async def _connect(self, server: SmtpServer) -> socket.socket:
        try:
            endpoints = await self._egress.resolve(server.host, server.port)
        except (EgressRefused, NameNotFound) as refused:
            raise NotSent(str(refused)) from refused
        reason = "no address answered"
        for endpoint in endpoints:
            connection = socket.socket(endpoint.family, socket.SOCK_STREAM)
            connection.setblocking(False)
            try:
                async with asyncio.timeout(self._connect_s):
                    await asyncio.get_running_loop().sock_connect(connection, (endpoint.address, endpoint.port))
                return connection
            except (OSError, TimeoutError) as error:
                connection.close()
                reason = f"could not connect: {getattr(error, 'strerror', None) or 'no answer in time'}"
        raise NotSent(reason)

    async def _tunnel(self, server: SmtpServer, proxy: Proxy) -> socket.socket:
        """A connection that the route's SOCKS proxy opens. A mail server speaks first, and what it says behind an HTTP
        proxy's own answer is lost on the way: such a route carries no mail, and none goes past it."""
        if proxy.kind != "socks5":
            raise NotSent("mail needs a SOCKS proxy, and this route has an HTTP proxy")
        user, password = proxy.username or None, proxy.password or None
        try:
            self._egress.check_beyond(server.host, server.port)
            door = Door(python_socks.ProxyType.SOCKS5, proxy.host, proxy.port, user, password, rdns=True)
            return await door.connect(server.host, server.port, timeout=self._connect_s)
        except EgressRefused as refused:
            raise NotSent(str(refused)) from refused
        except python_socks.ProxyError as error:
            raise NotSent("the proxy opened no way to the mail server") from error
        except (python_socks.ProxyConnectionError, python_socks.ProxyTimeoutError, OSError, ValueError) as error:
            raise NotSent("the proxy of this route did not answer") from error


@contextmanager
def _before_data(server: SmtpServer) -> Iterator[None]:
    """Until DATA nothing can have been taken."""
    try:
        yield
    except aiosmtplib.SMTPResponseException as error:
        if isinstance(error, aiosmtplib.SMTPAuthenticationError) and error.code in _REFUSED_LOGIN:
            evidence = _line(error, server)
            raise CredentialsRefused("the mail server refused the user name or password", evidence=evidence) from None
        raise _answered(error, server) from None
    except (aiosmtplib.SMTPException, OSError) as error:
        raise NotSent(f"the mail server did not go on: {type(error).__name__}") from error


@contextmanager
def _from_data_on(server: SmtpServer) -> Iterator[None]:
    """From DATA on only the server's own word says that nothing was taken."""
    try:
        yield
    except aiosmtplib.SMTPResponseException as error:
        if 400 <= error.code < 600:
            raise _answered(error, server) from None
        raise OutcomeUnknown("the mail server's answer is not clear", evidence=_line(error, server)) from None
    except (aiosmtplib.SMTPException, OSError) as error:
        reason = f"the mail server gave no clear answer after the message: {type(error).__name__}"
        raise OutcomeUnknown(reason) from error


def _answered(error: aiosmtplib.SMTPResponseException, server: SmtpServer) -> PlatformError:
    evidence = _line(error, server)
    if 400 <= error.code < 500:
        return RateLimited(LATER_S, detail="the mail server asks to come back later", evidence=evidence)
    if error.code >= 500:
        return Rejected(f"smtp_{error.code}", "the mail server refused the message", evidence=evidence)
    return NotSent("the mail server answered out of turn", evidence=evidence)


def _line(error: aiosmtplib.SMTPResponseException, server: SmtpServer) -> str:
    text = f"{error.code} {error.message}"
    return (text.replace(server.password, "***") if server.password else text)[:200]
