"""Servers that misbehave on purpose, one that loses answers, a network without anybody: the other side of `contract_tests`."""

from __future__ import annotations

import asyncio
import base64
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from ravi.platforms.contract import HttpAnswer, NotSent, SmtpPort

HOST = "127.0.0.1"
Innocent = Callable[[str, str], bytes | None]

_PLAIN_ANSWERS: dict[str, tuple[str, str, bytes]] = {
    "server_error": ("500 Internal Server Error", "text/html", b"<h1>Sorry</h1>"),
    "bad_gateway": ("502 Bad Gateway", "text/html", b"<h1>Bad Gateway</h1>"),
    "unavailable": ("503 Service Unavailable", "application/json", b'{"error":"later"}'),
    "html": ("200 OK", "text/html", b"<!doctype html><title>Welcome</title>"),
    "half_json": ("200 OK", "application/json", b'{"ok": true, "id": '),
    "no_receipt": ("200 OK", "application/json", b'{"ok": true}'),
    "error_inside": ("200 OK", "application/json", b'{"ok": false, "error": {"code": "no", "detail": "no"}}'),
    "rate_limited": ("429 Too Many Requests\r\nRetry-After: 7", "application/json", b"{}"),
    "unauthorised": ("401 Unauthorized", "application/json", b'{"error":"Unauthorized"}'),
    "forbidden": ("403 Forbidden", "text/html", b"<h1>Forbidden</h1>"),
    "redirect": ("307 Temporary Redirect\r\nLocation: http://127.0.0.1:9/elsewhere", "text/html", b""),
}
HTTP_FAULTS = (*_PLAIN_ANSWERS, "refused", "reset", "silence", "cut_answer", "too_large")
SMTP_FAULTS = (
    "refused", "no_greeting", "unauthorised", "rate_limited", "rejected", "reset", "silence", "rejected_data",
)  # fmt: skip


def http_answer(status: str, content_type: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class NobodyThere:
    """The edge of the network: remembers who was asked, and answers nobody."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    @property
    def http(self) -> NobodyThere:
        return self

    @property
    def smtp(self) -> SmtpPort:
        raise AssertionError("this adapter speaks no SMTP")

    async def request(self, _method: str, url: str, **_: object) -> HttpAnswer:
        self.asked.append(url)
        raise NotSent("nobody is there")


@dataclass
class Hostile:
    """A running server and what it was sent."""

    port: int
    requests: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def hostile_http(fault: str, innocent: Innocent) -> AsyncIterator[Hostile]:
    """Answers what `innocent` knows rightly and everything else with the fault."""
    hostile = Hostile(free_port())
    if fault == "refused":
        yield hostile
        return

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _read_request(reader)) is not None:
                method, path = request.split(b" ", 2)[:2]
                good = innocent(method.decode(), path.decode())
                if good is not None:
                    writer.write(good)
                    continue
                hostile.requests.append(request)
                await _misbehave(fault, request, writer)
                return
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async with listening(serve, hostile.port):
        yield hostile


@asynccontextmanager
async def hostile_smtp(fault: str) -> AsyncIterator[Hostile]:
    """Speaks SMTP rightly up to the point where the fault strikes."""
    hostile = Hostile(free_port())
    if fault == "refused":
        yield hostile
        return

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if fault == "no_greeting":
                await asyncio.sleep(3600)
            writer.write(b"220 ready\r\n")
            while line := await reader.readline():
                if not await _smtp_step(fault, line, reader, writer, hostile):
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async with listening(serve, hostile.port):
        yield hostile


@asynccontextmanager
async def losing_answers(upstream_port: int, arms: Callable[[bytes], bool]) -> AsyncIterator[int]:
    """A proxy that carries everything; once `arms` has seen the fatal bytes go up, it cuts what comes down."""
    port = free_port()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection(HOST, upstream_port)
        armed = asyncio.Event()

        async def up() -> None:
            tail = b""
            while chunk := await reader.read(65536):
                tail = (tail + chunk)[-70000:]
                if arms(tail):
                    armed.set()
                up_writer.write(chunk)
                await up_writer.drain()

        async def down() -> None:
            while chunk := await up_reader.read(65536):
                if armed.is_set():
                    break
                writer.write(chunk)
                await writer.drain()
            _reset(writer)

        tasks = [asyncio.ensure_future(up()), asyncio.ensure_future(down())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        up_writer.close()
        writer.close()

    async with listening(serve, port):
        yield port


async def _misbehave(fault: str, request: bytes, writer: asyncio.StreamWriter) -> None:
    if fault in _PLAIN_ANSWERS:
        writer.write(http_answer(*_PLAIN_ANSWERS[fault]))
        await writer.drain()
    elif fault == "echo":
        writer.write(http_answer("400 Bad Request", "text/plain", request))
        await writer.drain()
    elif fault == "cut_answer":
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"ok": true')
        await writer.drain()
    elif fault == "too_large":
        await _pour(writer)
    elif fault == "reset":
        _reset(writer)
    elif fault == "silence":
        await asyncio.sleep(3600)


async def _pour(writer: asyncio.StreamWriter) -> None:
    size = 10 * 1024 * 1024
    writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\r\n".encode())
    for _ in range(size // 65536):
        writer.write(b" " * 65536)
        await writer.drain()


async def _smtp_step(
    fault: str, line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, hostile: Hostile
) -> bool:
    """One command; False ends the conversation."""
    verb = line[:4].upper().strip()
    if verb == b"EHLO":
        writer.write(b"250-hostile\r\n250 AUTH PLAIN\r\n")
    elif verb == b"AUTH":
        writer.write(_smtp_sign_in(fault, line))
    elif verb == b"RCPT" and fault in {"rate_limited", "rejected"}:
        writer.write(b"450 4.2.1 later\r\n" if fault == "rate_limited" else b"550 5.1.1 nobody\r\n")
    elif verb == b"DATA":
        writer.write(b"354 go on\r\n")
        hostile.requests.append(await reader.readuntil(b"\r\n.\r\n"))
        if fault == "silence":
            await asyncio.sleep(3600)
        if fault == "reset":
            _reset(writer)
            return False
        writer.write(b"554 5.7.1 refused\r\n")
    elif verb == b"QUIT":
        writer.write(b"221 bye\r\n")
        await writer.drain()
        return False
    else:
        writer.write(b"250 ok\r\n")
    await writer.drain()
    return True


def _smtp_sign_in(fault: str, line: bytes) -> bytes:
    if fault == "echo":
        return b"535 5.7.8 wrong: " + base64.b64decode(line.split()[-1]).replace(b"\0", b" ") + b"\r\n"
    return b"535 5.7.8 no\r\n" if fault == "unauthorised" else b"235 welcome\r\n"


async def _read_request(reader: asyncio.StreamReader) -> bytes | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return head + await reader.readexactly(length)


def _reset(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.fileno() >= 0:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@asynccontextmanager
async def listening(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], object], port: int
) -> AsyncIterator[None]:
    """A server that leaves no conversation behind."""
    tasks: set[asyncio.Task[None]] = set()

    async def tracked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            tasks.add(task)
        try:
            await serve(reader, writer)  # type: ignore[misc]
        except asyncio.CancelledError:
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(tracked, HOST, port, limit=64 * 1024 * 1024)
    try:
        yield
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
