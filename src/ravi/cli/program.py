"""The `ravi` program: finds the command's module and runs it; a command costs only its own imports."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from ravi import __version__

# command -> the module of this room that offers it
COMMANDS = {
    "up": "up",
    "found": "found",
    "doctor": "doctor",
    "publish": "publish",
    "text": "text",
    "date": "text",
    "audit": "audit",
    "engine": "engine",
    "jobs": "jobs",
    "probe": "probe",
    "stop": "stop",
    "resume": "stop",
    "backup": "backup",
    "restore": "restore",
    "upgrade": "upgrade",
    "simulate": "simulate",
    "bench": "bench",
    "test": "test",
}


INTERRUPTED = 130  # as shells say it


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Gives its exit code; a wrong use ends with 2, or as the command's own `parser` says."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = _parser(arguments[0] if arguments else "")
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        getattr(options, "parser", parser).error(f"unrecognized arguments: {' '.join(unknown)}")
    try:
        code: int = options.run(options)
    except KeyboardInterrupt:
        print("\nEnded by Ctrl-C.", file=sys.stderr)
        return INTERRUPTED
    return code


def _parser(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ravi",
        description="Ravi: the workspace with which a public-health institution runs its official presence.",
    )
    parser.add_argument("--version", action="version", version=f"ravi {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    stems = [COMMANDS[command]] if command in COMMANDS else dict.fromkeys(COMMANDS.values())
    for stem in stems:
        importlib.import_module(f"ravi.cli.{stem}").add_parsers(subparsers)
    return parser
