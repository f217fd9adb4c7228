"""`python -m ravi.delivery.bench.client KIND URL COUNT`: what the engine is measured against, each in its own process.

`bare` is aiohttp with its defaults, a hundred at a time, and nothing around it; `raw` writes ready bytes to sockets, to
find out what the stub can answer at most. Waits for a line on stdin; prints when it began, ended and what it used.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp

from ravi.delivery.bench.town import TEXT

AT_ONCE = 100
HEADERS = {
    "Authorization": "Bearer a token of the bench",
    "Accept": "application/json",
    "Content-Type": "application/json; charset=utf-8",
}


def body() -> bytes:
    """The same words that the sandbox's adapter puts into its call."""
    said = {
        "key": "0" * 32, "text": TEXT, "title": "bench", "link": "", "lang": "fa", "reply_to": "", "pin": False, "media": [],
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False).encode()


async def bare(url: str, count: int) -> None:
    """A pool of coroutines, one session, the answer read to its end."""
    keys = (f"bare-{os.getpid()}-{number}" for number in range(count))
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        await asyncio.gather(*(_post_all(session, url, keys, body()) for _ in range(AT_ONCE)))


async def _post_all(session: aiohttp.ClientSession, url: str, keys: Iterator[str], said: bytes) -> None:
    for key in keys:
        async with session.post(url, data=said, headers={"Idempotency-Key": key}) as answer:
            await answer.read()


class Raw(asyncio.Protocol):
    """One connection that asks again as soon as an answer is there."""

    def __init__(self, request: bytes, next_one: Callable[[], bool]) -> None:
        self._request, self._next = request, next_one
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._ask()

    def data_received(self, _data: bytes) -> None:
        self._ask()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def _ask(self) -> None:
        if self._next():
            self._transport.write(self._request)
        else:
            self._transport.close()


async def raw(url: str, count: int) -> None:
    """As many answers as a client without any HTTP library gets; an answer is one small packet."""
    parts, said = urlsplit(url), body()
    head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    request = f"POST {parts.path} HTTP/1.1\r\nHost: stub\r\n{head}Content-Length: {len(said)}\r\n\r\n".encode() + said
    left = iter(range(count))
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(
            lambda: Raw(request, lambda: next(left, None) is not None), "127.0.0.1", parts.port or 80
        )
        for _ in range(AT_ONCE // 2)
    ]
    await asyncio.gather(*(protocol.done for _transport, protocol in made))


KINDS: dict[str, Callable[[str, int], Coroutine[Any, Any, None]]] = {"bare": bare, "raw": raw}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    print("ready", flush=True)
    sys.stdin.readline()
    began, used = time.time(), time.process_time()
    asyncio.run(KINDS[options.kind](options.url, options.count))
    told = {"began": began, "ended": time.time(), "cpu_s": time.process_time() - used}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
