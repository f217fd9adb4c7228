"""`ravi jobs`: does the side jobs (notices by mail, looking after what is late), until it is asked to end."""

import argparse
import asyncio
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parsers(subparsers: "Subparsers") -> None:
    """Offer the command."""
    parser = subparsers.add_parser(
        "jobs",
        help="do the side jobs (`ravi up` starts one)",
        description="Reads DATABASE_URL and the settings of mail and Matrix. Writes one JSON line per event to stderr. "
        "SIGTERM ends it in order: what is in hand is finished.",
    )
    parser.set_defaults(run=run_jobs)


def run_jobs(_options: argparse.Namespace) -> int:
    """The exit code: 0 after an ordered end, 4 when it cannot start."""
    if not os.environ.get("DATABASE_URL"):
        print("DATABASE_URL is not set: `ravi up` sets it for its own jobs process.", file=sys.stderr)
        return 4
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ravi.config.settings")
    import django  # noqa: PLC0415 -- other commands do without Django

    django.setup()
    from ravi.core.job_worker import run  # noqa: PLC0415 -- Django is set up on the line above

    return asyncio.run(run())
