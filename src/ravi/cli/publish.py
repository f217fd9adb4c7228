"""`ravi publish`: the main job without a browser, as named people, against the running Ravi of this home.

Exit 0 all sent (or scheduled), 2 a copy is blocked, 3 not approved, 4 anything else (docs/message-file.md).
"""

import argparse
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from ravi.cli.home import Running, running

OTHER = 4


def add_parsers(subparsers: Any) -> None:
    """`ravi publish` among the commands."""
    parser = subparsers.add_parser(
        "publish",
        help="publish a message file as named people, and wait until every copy is settled",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a Markdown message: docs/message-file.md")
    parser.add_argument("--as", dest="author", required=True, metavar="PERSON", help="the author's user name")
    parser.add_argument("--approve-as", dest="approver", metavar="PERSON", help="who says yes: another person")
    parser.add_argument("--channels", required=True, metavar="all|LIST", help="ids, handles, platforms, units")
    parser.add_argument("--at", metavar="MOMENT", help="1405-09-08 09:30 (Tehran) or ISO 8601; now when left out")
    parser.add_argument("--json", action="store_true", help="one object per line and copy")
    parser.add_argument("--token-file", type=Path, help="the author's key (or RAVI_TOKEN, or asked)")
    parser.add_argument("--approver-token-file", type=Path, help="the approver's key (or RAVI_APPROVER_TOKEN)")
    parser.add_argument("--approver-code", default="", help="the approver's code (or RAVI_APPROVER_CODE)")
    # 2 says that a copy is blocked, so a mistyped command is 4 like everything else.
    parser.error = partial(_mistyped, parser)
    parser.set_defaults(run=run, parser=parser)


def _mistyped(parser: argparse.ArgumentParser, message: str) -> NoReturn:
    parser.print_usage(sys.stderr)
    parser.exit(OTHER, f"{message}\n")


def run(arguments: argparse.Namespace) -> int:
    """The exit code."""
    here = running()
    if here is None or not here.is_ready:
        what = "does not run" if here is None else "is still starting"
        print(
            f"Ravi {what} in this home. Start it with `ravi up`, then publish again. Nothing was written.",
            file=sys.stderr,
        )
        return OTHER
    become_web(here)
    from ravi.cli.publish_command import publish_file  # noqa: PLC0415 -- settings are chosen on the line above

    return publish_file(arguments, here)


def become_web(here: Running) -> None:
    """Take over what the running web process was given, and set Django up with it."""
    os.environ.update(here.environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "ravi.config.settings"
    import django  # noqa: PLC0415 -- the environment decides the settings

    django.setup()
