"""Stands between a caller and a server and breaks the way between them; strict: what it does not understand it refuses.

`FaultProxy` knows HTTP requests and strikes by counting them. `Relay` passes bytes and can cut every connection at once;
as a program (`python -m tests.crash.proxy FROM TO`) it joins places that have no network in common: each is
`host:port` or the path of a Unix socket.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import struct
import sys
import threading
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

HEAD_BYTES = 64 * 1024
KINDS = ("reset_after_accept", "lost_request", "reset_after_effect", "silence", "half_answer", "delay")


@dataclass(frozen=True, slots=True)
class Message:
    """One HTTP request or answer as it came over the wire."""

    raw: bytes
    first_line: str
    headers: dict[str, str]


async def read_message(reader: asyncio.StreamReader) -> Message | None:
    """None at the end of the connection. Raises ValueError for what is no message with a length."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as ended:
        if ended.partial:
            raise ValueError("the head of a message ends in the middle") from None
        return None
    first, *lines = head.decode("ascii").split("\r\n")[:-2]
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise ValueError(f"{line!r} is no header")
        headers[name.lower()] = value.strip()
    if "transfer-encoding" in headers:
        raise ValueError("only messages with a length are understood")
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Message(head + body, first, headers)


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection so that the other side gets RST, not an orderly end."""
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.family != socket.AF_UNIX:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@dataclass
class _Server:
    """A server in a thread of its own, on 127.0.0.1 and a free port."""

    port: int = field(default=0, init=False)
    _loop: asyncio.AbstractEventLoop = field(init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)
    _server: asyncio.Server = field(init=False)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    def start(self, port: int = 0) -> None:
        """On a free port, or on one that was known before."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self.call(asyncio.start_server(self._accept, "127.0.0.1", port, limit=HEAD_BYTES))
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        assert self._thread is not None
        self.call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self.serve(reader, writer)
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.transport.abort()

    async def _end(self) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)  # aborted connections close their sockets in the loop's next turn


@dataclass
class FaultProxy(_Server):
    """In front of an HTTP server on this machine; every `every`-th request meets the next kind in turn.

    `struck` says which keys met what; `accepted_and_reset` counts connections that were reset before a byte was read.
    """

    target_port: int
    every: int = 0
    kinds: tuple[str, ...] = KINDS
    delay_s: float = 1.0
    requests: int = field(default=0, init=False)
    struck: list[tuple[str, str]] = field(default_factory=list, init=False)
    accepted_and_reset: int = field(default=0, init=False)
    refused: list[str] = field(default_factory=list, init=False)
    _turn: int = field(default=0, init=False)
    _resets_owed: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if unknown := set(self.kinds) - set(KINDS):
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")

    def counts(self) -> Counter[str]:
        """How often each kind struck."""
        return Counter(kind for kind, _key in self.struck) + Counter(reset_after_accept=self.accepted_and_reset)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._resets_owed:
            self._resets_owed -= 1
            self.accepted_and_reset += 1
            reset(writer)
            return
        back_reader, back_writer = await asyncio.open_connection("127.0.0.1", self.target_port, limit=HEAD_BYTES)
        try:
            while request := await read_message(reader):
                if not await self._pass_on(request, writer, back_reader, back_writer):
                    return
        except ValueError as problem:
            self.refused.append(str(problem))
        finally:
            back_writer.close()

    async def _pass_on(
        self,
        request: Message,
        writer: asyncio.StreamWriter,
        back_reader: asyncio.StreamReader,
        back: asyncio.StreamWriter,
    ) -> bool:
        """Whether the connection goes on."""
        kind = self._strike(request)
        if kind == "lost_request":
            reset(writer)
            return False
        back.write(request.raw)
        answer = await read_message(back_reader)
        if answer is None:
            return False
        if kind == "delay":
            await asyncio.sleep(self.delay_s)
        elif kind == "silence":
            await asyncio.sleep(3600)
        elif kind == "reset_after_effect":
            reset(writer)
            return False
        elif kind == "half_answer":
            writer.write(answer.raw[: len(answer.raw) - (int(answer.headers.get("content-length", "0")) + 1) // 2])
            await writer.drain()
            return False
        writer.write(answer.raw)
        await writer.drain()
        return True

    def _strike(self, request: Message) -> str:
        self.requests += 1
        if not self.every or self.requests % self.every:
            return ""
        kind = self.kinds[self._turn % len(self.kinds)]
        self._turn += 1
        if kind == "reset_after_accept":
            self._resets_owed += 1  # of a later connection, before anything of it is read
            return ""
        self.struck.append((kind, request.headers.get("idempotency-key", "")))
        return kind


@dataclass
class Relay(_Server):
    """Bytes between a port of this machine and a Unix socket, until `cut`."""

    path: str
    cuts: int = field(default=0, init=False)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await join(reader, writer, self.path)

    def cut(self) -> int:
        """Reset every connection; how many there were."""
        return int(self.call(self._cut()))

    async def _cut(self) -> int:
        writers = list(self._writers)
        for writer in writers:
            reset(writer)
        self.cuts += 1
        return len(writers)


async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, place: str) -> None:
    """Pass bytes both ways until one side has ended."""
    back_reader, back_writer = await open_place(place)
    ways = [asyncio.create_task(_pump(reader, back_writer)), asyncio.create_task(_pump(back_reader, writer))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        back_writer.transport.abort()
        writer.transport.abort()


async def open_place(place: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if place.startswith("/"):
        return await asyncio.open_unix_connection(place)
    host, _colon, port = place.rpartition(":")
    return await asyncio.open_connection(host, int(port))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


async def _relay(here: str, there: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await join(reader, writer, there)
        writer.transport.abort()

    if here.startswith("/"):
        await asyncio.start_unix_server(serve, here)
    else:
        host, _colon, port = here.rpartition(":")
        await asyncio.start_server(serve, host, int(port))
    print("ready", flush=True)  # noqa: T201 -- whoever started the program waits for it
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(_relay(*sys.argv[1:3]))
