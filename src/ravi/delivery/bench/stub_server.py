"""`python -m ravi.delivery.bench.stub_server`: a raw asyncio.Protocol that answers every request with the same receipt.

Writes key, moment and path of each request to FILE when it ends, as nginx does in stub.py.
"""

import argparse
import asyncio
import re
import signal
import time
from pathlib import Path
from typing import cast

ANSWER_BODY = b'{"id":"1","url":"https://stub.invalid/1"}'
_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(ANSWER_BODY) + ANSWER_BODY
)
_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_KEY = re.compile(rb"(?i)\r\nidempotency-key: *([^\r]*)")


class Stub(asyncio.Protocol):
    """One connection; what comes in pieces is put together."""

    def __init__(self, calls: list[bytes]) -> None:
        self._calls = calls
        self._kept = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        kept = self._kept + data if self._kept else data
        while (end := kept.find(_HEAD_END)) >= 0:
            length = _LENGTH.search(kept, 0, end)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(kept) < whole:
                break
            key = _KEY.search(kept, 0, end + 2)
            path = kept.split(b" ", 2)[1]
            self._calls.append(b"%b %.3f %b\n" % (key[1] if key else b"-", time.time(), path))
            self._transport.write(_ANSWER)
            kept = kept[whole:]
        self._kept = kept


async def serve(calls: list[bytes]) -> None:
    """Until SIGTERM; the port goes to standard output."""
    loop, end = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, end.set)
    server = await loop.create_server(lambda: Stub(calls), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await end.wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    calls: list[bytes] = []
    asyncio.run(serve(calls))
    options.file.write_bytes(b"".join(calls))


if __name__ == "__main__":
    main()
