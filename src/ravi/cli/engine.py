"""`ravi engine`: sends what is due, until it is asked to end."""

import argparse
import asyncio
import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parsers(subparsers: "Subparsers") -> None:
    """Offer the command."""
    parser = subparsers.add_parser(
        "engine",
        help="send what is due (`ravi up` starts one; more may run, here or on other machines)",
        description="Reads RAVI_ENGINE_DATABASE_URL, RAVI_CREDENTIAL_KEYS_FOLDER, RAVI_EGRESS_ALLOW and RAVI_ROUTES. "
        "Writes one JSON line per event to stderr. "
        "SIGTERM ends it in order: calls in flight are awaited and written down.",
    )
    parser.set_defaults(run=run_engine)


def run_engine(_options: argparse.Namespace) -> int:
    """The exit code: 0 after an ordered end, 4 when it cannot start."""
    if not os.environ.get("RAVI_ENGINE_DATABASE_URL"):
        print("RAVI_ENGINE_DATABASE_URL is not set: `ravi up` sets it for its own engine.", file=sys.stderr)
        return 4
    from ravi.delivery.worker import EngineSettings, run  # noqa: PLC0415 -- other commands do without aiohttp

    try:
        settings = EngineSettings.from_environment()
    except ValueError as mistake:
        print(mistake, file=sys.stderr)
        return 4
    _collect_rarely()
    return asyncio.run(run(settings))


def _collect_rarely() -> None:
    """What is loaded by now stays, and copies leave no cycles behind: to look for some every moment was a tenth of it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
