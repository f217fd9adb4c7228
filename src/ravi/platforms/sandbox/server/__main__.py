"""Starts the sandbox on 127.0.0.1 and says where: `python -m ravi.platforms.sandbox.server --port P --folder F`."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from ravi.platforms.sandbox.server.program import Program


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ravi.platforms.sandbox.server", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--folder", type=Path, required=True, help="keeps effects.jsonl and the images")
    parser.add_argument("--public-url", default="", help="how people reach it, where that differs")
    options = parser.parse_args()
    asyncio.run(_serve(options.port, options.folder, options.public_url))


async def _serve(port: int, folder: Path, public_url: str) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    program = Program(folder, admin_token=os.environ.get("RAVI_SANDBOX_TOKEN", ""), public_url=public_url)
    await program.start(port)
    sys.stdout.write(f"ready {program.url}\n")
    sys.stdout.flush()
    try:
        await stop.wait()
    finally:
        await program.close()


if __name__ == "__main__":
    main()
