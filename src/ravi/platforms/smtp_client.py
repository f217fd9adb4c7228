"""Hands one message to one SMTP server; the point of no return is the DATA command.

Everything before DATA is provably not sent. From DATA on, a clear answer decides, and a missing one is OutcomeUnknown:
the server may have taken the message and lost only its yes (RFC 5321, 4.5.3.2.6).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiosmtplib

from ravi.core.egress import Egress, EgressRefused, NameNotFound
from ravi.platforms.contract import CredentialsRefused, NotSent, OutcomeUnknown, RateLimited, Rejected, SmtpServer

LATER_S = 300.0  # RFC 5321, 4.5.4.1 asks for half an hour between tries; for one list address five minutes are polite
_REFUSED_LOGIN = frozenset({530, 534, 535, 538})


class SmtpClient:
    """Implements `contract.SmtpPort`."""

    def __init__(self, egress: Egress, connect_s: float, answer_s: float) -> None:
        self._egress = egress
        self._connect_s = connect_s
        self._answer_s = answer_s

    async def send(self, server: SmtpServer, *, sender: str, recipient: str, message: bytes) -> str:
        """The server's closing line, as evidence."""
        async with self._session(server, ehlo_name=sender.rpartition("@")[2] or "localhost") as client:
            with _before_data():
                await client.mail(sender)
                await client.rcpt(recipient)
            with _from_data_on():
                response = await client.data(message)
            return f"{response.code} {response.message[:200]}"

    async def check(self, server: SmtpServer) -> str:
        """Connect, authenticate and NOOP; nothing is sent."""
        async with self._session(server, ehlo_name="localhost") as client:
            with _before_data():
                response = await client.noop()
            return f"{response.code} {response.message[:200]}"

    @asynccontextmanager
    async def _session(self, server: SmtpServer, *, ehlo_name: str) -> AsyncIterator[aiosmtplib.SMTP]:
        client = aiosmtplib.SMTP(
            hostname=server.host,
            sock=await self._connect(server),
            local_hostname=ehlo_name,
            timeout=self._answer_s,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            username=server.username or None,
            password=server.password or None,
        )
        with _before_data():
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


class _before_data:  # noqa: N801 (reads as a statement)
    """Until DATA nothing can have been taken."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, aiosmtplib.SMTPAuthenticationError) and error.code in _REFUSED_LOGIN:
            raise CredentialsRefused("the mail server refused the user name or password", evidence=_line(error))
        if isinstance(error, aiosmtplib.SMTPResponseException):
            raise _answered(error) from error
        if isinstance(error, aiosmtplib.SMTPException | OSError | TimeoutError):
            reason = f"the mail server did not go on: {type(error).__name__}"
            raise NotSent(reason, evidence=str(error)[:200]) from error


class _from_data_on:  # noqa: N801
    """From DATA on only the server's own word says that nothing was taken."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, aiosmtplib.SMTPResponseException) and error.code >= 400:
            raise _answered(error) from error
        if isinstance(error, aiosmtplib.SMTPException | OSError | TimeoutError):
            raise OutcomeUnknown(
                "the mail server gave no clear answer after the message", evidence=str(error)[:200]
            ) from error


def _answered(error: aiosmtplib.SMTPResponseException) -> Exception:
    if 400 <= error.code < 500:
        return RateLimited(LATER_S, detail="the mail server asks to come back later", evidence=_line(error))
    if error.code >= 500:
        return Rejected(f"smtp_{error.code}", "the mail server refused the message", evidence=_line(error))
    return NotSent("the mail server answered out of turn", evidence=_line(error))


def _line(error: aiosmtplib.SMTPResponseException) -> str:
    return f"{error.code} {error.message[:200]}"
