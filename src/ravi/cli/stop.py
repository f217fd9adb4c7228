"""`ravi stop all` and `ravi resume all`: the operator's stop over every institution; another person lets it go on.

Stops of one institution, unit, campaign, platform, channel or topic are the pages'. Exit 0 done, 4 a sentence says why not.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from ravi.cli.home import running
from ravi.cli.publish import become_web

DONE, OTHER = 0, 4


def add_parsers(subparsers: Any) -> None:
    """`ravi stop` and `ravi resume` among the commands."""
    stop = subparsers.add_parser("stop", help="from now on nothing is sent, for any institution", description=__doc__)
    _add_person(stop, "who stops: a person who may stop a whole institution")
    stop.add_argument("--reason", required=True, metavar="TEXT", help="what everybody reads on their stops page")
    stop.add_argument("--removals-too", action="store_true", help="hold removals as well")
    resume = subparsers.add_parser("resume", help="let sending go on; what fell due waits for people")
    _add_person(resume, "who lets it go on: another person than the one who stopped")
    resume.add_argument("--code", default="", help="that person's code of the second factor (or RAVI_CODE, or asked)")


def _add_person(parser: argparse.ArgumentParser, who: str) -> None:
    parser.add_argument("scope", choices=["all"], help="every institution; smaller stops are made on the pages")
    parser.add_argument("--as", dest="person", required=True, metavar="PERSON", help=who)
    parser.add_argument("--token-file", type=Path, help="that person's key (or RAVI_TOKEN, or asked)")
    parser.set_defaults(run=run, act=parser.prog.rsplit(" ", 1)[-1])


def run(options: argparse.Namespace) -> int:
    """The exit code."""
    here = running()
    if here is None or not here.is_ready:
        print(
            "Ravi does not run in this home, so nothing is being sent from it. Start it with `ravi up`.",
            file=sys.stderr,
        )
        return OTHER
    become_web(here)
    from ravi.cli.stop_command import resume_all, stop_all  # noqa: PLC0415 -- settings are chosen on the line above

    return stop_all(options) if options.act == "stop" else resume_all(options)
