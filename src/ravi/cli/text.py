"""`ravi text normalise`, `ravi text measure` and `ravi date`: one line in, one line out; no running Ravi needed."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict

from ravi.text.jalali import NotAJalaliDate
from ravi.text.lengths import measure
from ravi.text.lines import date_line, escape, unescape
from ravi.text.normalise import normalise

Subparsers = argparse._SubParsersAction  # argparse gives its type no public name


def add_parsers(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    text = subparsers.add_parser("text", help="bring Persian lines into one spelling, or count them")
    actions = text.add_subparsers(metavar="ACTION", required=True)
    _add_normalise(actions)
    _add_measure(actions)
    dates = subparsers.add_parser("date", help="a Gregorian date as a Jalali one, and the other way")
    dates.add_argument("date", metavar="DATE", nargs="+", help="1405-09-01, 2026-11-22, «۱ آذر ۱۴۰۵»")
    dates.set_defaults(run=run_date)


def _add_normalise(actions: "Subparsers[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser("normalise", help="lines of standard input, normalised")
    parser.add_argument("--level", choices=["safe", "typo"], default="safe", help="typo includes safe")
    parser.add_argument("--lang", default="fa", help="any other language than fa comes out byte for byte")
    _add_escaped(parser)
    parser.set_defaults(run=run_normalise)


def _add_measure(actions: "Subparsers[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser(
        "measure", help="one JSON object per line of standard input: its length on each platform"
    )
    _add_escaped(parser)
    parser.set_defaults(run=run_measure)


def _add_escaped(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--escaped", action="store_true", help=r"lines hold \uXXXX, \UXXXXXXXX, \n, \r and \\")


def run_normalise(options: argparse.Namespace) -> int:
    def line(text: str) -> str:
        normal = normalise(text, level=options.level, lang=options.lang)
        return escape(normal) if options.escaped else normal.replace("\n", " ")

    return _each_line(line, escaped=options.escaped)


def run_measure(options: argparse.Namespace) -> int:
    return _each_line(lambda text: json.dumps(asdict(measure(text))), escaped=options.escaped)


def run_date(options: argparse.Namespace) -> int:
    try:
        sys.stdout.write(date_line(" ".join(options.date)) + "\n")
    except NotAJalaliDate as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def _each_line(answer: Callable[[str], str], *, escaped: bool) -> int:
    # Bytes that are no UTF-8 go through unchanged.
    for line in _lines():
        written = answer(unescape(line) if escaped else line)
        sys.stdout.buffer.write(written.encode("utf-8", "surrogateescape") + b"\n")
    sys.stdout.buffer.flush()
    return 0


def _lines() -> Iterator[str]:
    for line in sys.stdin.buffer:
        yield line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "surrogateescape")
