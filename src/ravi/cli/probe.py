"""`ravi probe CHANNEL`: looks at a real account through the engine, and writes down what it tells of its own limits.

Nothing is published: a draft would need somebody's yes like any other words. Exit 0 the account answers and may publish,
1 it does not, 4 it could not be asked.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from ravi.cli.home import running
from ravi.cli.publish import become_web

FINE, ILL, OTHER = 0, 1, 4


def add_parsers(subparsers: Any) -> None:
    """`ravi probe` among the commands."""
    parser = subparsers.add_parser(
        "probe",
        help="check a channel's account, and note what it tells of its limits",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("channel", metavar="CHANNEL", help="its number, its handle, or PLATFORM:HANDLE")
    parser.add_argument("--as", dest="person", required=True, metavar="PERSON", help="who asks: who may verify it")
    parser.add_argument("--token-file", type=Path, help="that person's key (or RAVI_TOKEN, or asked)")
    parser.add_argument("--json", action="store_true", help="one object on stdout")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """The exit code."""
    here = running()
    if here is None or not here.is_ready:
        print("Ravi does not run in this home, so nobody can ask. Start it with `ravi up`.", file=sys.stderr)
        return OTHER
    become_web(here)
    from ravi.cli.probe_command import probe  # noqa: PLC0415 -- settings are chosen on the line above

    return probe(options)
