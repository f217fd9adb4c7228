"""Two proxies that say no as well as yes: SOCKS5 (RFC 1928, 1929) and HTTP (RFC 9110, CONNECT and whole addresses).

Strict: what the protocol does not allow ends the connection and stands in `refused`. `is_cut` plays the day on which the
world outside cannot be reached: the proxy lives and opens no way.
"""

from __future__ import annotations

import asyncio
import ipaddress
import struct
from base64 import b64decode
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.crash.proxy import _pump, _Server

VERSION, NO_AUTH, BY_PASSWORD, NONE_OF_THEM = 5, 0, 2, 0xFF
CONNECT, IPV4, NAME, IPV6 = 1, 1, 3, 4
SUCCEEDED, HOST_UNREACHABLE, REFUSED, COMMAND_UNKNOWN, ADDRESS_UNKNOWN = 0, 4, 5, 7, 8


class ProtocolError(Exception):
    """What came is not what the protocol allows here."""


@dataclass
class _Proxy(_Server):
    """`names` leads names to addresses, as a resolver would; `asked` tells each wish as it came: (host, port)."""

    user: tuple[str, str] | None = None
    names: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False
    asked: list[tuple[str, int]] = field(default_factory=list, init=False)
    refused: list[str] = field(default_factory=list, init=False)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.talk(reader, writer)
        except (ProtocolError, ValueError) as problem:
            self.refused.append(str(problem))

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    async def lead(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Raises OSError where no way leads."""
        self.asked.append((host, port))
        if self.is_cut:
            raise OSError("cut")
        return await asyncio.open_connection(self.names.get(host, host), port)


async def _both_ways(
    near: tuple[asyncio.StreamReader, asyncio.StreamWriter], far: tuple[asyncio.StreamReader, asyncio.StreamWriter]
) -> None:
    ways = [asyncio.create_task(_pump(near[0], far[1])), asyncio.create_task(_pump(far[0], near[1]))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        far[1].transport.abort()


@dataclass
class SocksProxy(_Proxy):
    """SOCKS5 with CONNECT; with `user` only who proves it comes through."""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._greet(reader, writer)
        version, command, reserved, kind = await reader.readexactly(4)
        if version != VERSION or reserved != 0:
            raise ProtocolError("a request begins with 5, a command and 0")
        host = await _host(reader, kind)
        (port,) = struct.unpack("!H", await reader.readexactly(2))
        if command != CONNECT:
            return await _reply(writer, COMMAND_UNKNOWN)
        if not host:
            return await _reply(writer, ADDRESS_UNKNOWN)
        try:
            far = await self.lead(host, port)
        except ConnectionRefusedError:
            return await _reply(writer, REFUSED)
        except OSError:
            return await _reply(writer, HOST_UNREACHABLE)
        await _reply(writer, SUCCEEDED)
        return await _both_ways((reader, writer), far)

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        version, count = await reader.readexactly(2)
        if version != VERSION or not count:
            raise ProtocolError("a greeting begins with 5 and names methods")
        offered = await reader.readexactly(count)
        wanted = BY_PASSWORD if self.user else NO_AUTH
        if wanted not in offered:
            writer.write(bytes([VERSION, NONE_OF_THEM]))
            raise ProtocolError("the method that is needed was not offered")
        writer.write(bytes([VERSION, wanted]))
        if self.user and await _password(reader) != self.user:
            writer.write(bytes([1, 1]))
            await writer.drain()
            raise ProtocolError("another user")
        if self.user:
            writer.write(bytes([1, 0]))
        await writer.drain()


async def _host(reader: asyncio.StreamReader, kind: int) -> str:
    if kind == IPV4:
        return str(ipaddress.IPv4Address(await reader.readexactly(4)))
    if kind == IPV6:
        return str(ipaddress.IPv6Address(await reader.readexactly(16)))
    if kind == NAME:
        return (await reader.readexactly((await reader.readexactly(1))[0])).decode("ascii")
    return ""


async def _password(reader: asyncio.StreamReader) -> tuple[str, str]:
    """RFC 1929."""
    version, length = await reader.readexactly(2)
    if version != 1:
        raise ProtocolError("the version of the password's exchange is 1")
    name = await reader.readexactly(length)
    password = await reader.readexactly((await reader.readexactly(1))[0])
    return name.decode(), password.decode()


async def _reply(writer: asyncio.StreamWriter, code: int) -> None:
    writer.write(bytes([VERSION, code, 0, IPV4]) + bytes(6))
    with suppress(ConnectionError):
        await writer.drain()
    if code != SUCCEEDED:
        writer.close()


@dataclass
class HttpProxy(_Proxy):
    """CONNECT opens a tunnel; a whole http address is passed on, one request per connection."""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")[:-2]
        method, target, version = first.split(" ")
        headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
        if version != "HTTP/1.1" or "host" not in headers:
            raise ProtocolError("a request of HTTP/1.1 names its host")
        if self.user and not self._knows(headers.get("proxy-authorization", "")):
            return await _status(writer, "407 Proxy Authentication Required")
        parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
        if not parts.hostname or (method != "CONNECT" and parts.scheme != "http"):
            raise ProtocolError("a proxy is told the whole address")
        try:
            far = await self.lead(parts.hostname, parts.port or 80)
        except OSError:
            return await _status(writer, "502 Bad Gateway")
        if method == "CONNECT":
            await _status(writer, "200 Connection established", ends=False)
        else:
            kept = [line for line in lines if not line.lower().startswith("proxy-")]
            path = target.split("/", 3)[3] if target.count("/") > 2 else ""
            far[1].write("\r\n".join([f"{method} /{path} HTTP/1.1", *kept, "", ""]).encode("latin-1"))
        return await _both_ways((reader, writer), far)

    def _knows(self, told: str) -> bool:
        scheme, _space, secret = told.partition(" ")
        return scheme == "Basic" and b64decode(secret).decode() == ":".join(self.user or ())


async def _status(writer: asyncio.StreamWriter, status: str, *, ends: bool = True) -> None:
    writer.write(
        f"HTTP/1.1 {status}\r\n".encode() + (b"content-length: 0\r\nconnection: close\r\n" if ends else b"") + b"\r\n"
    )
    with suppress(ConnectionError):
        await writer.drain()
    if ends:
        writer.close()
