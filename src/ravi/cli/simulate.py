"""`ravi simulate`: the real engine through years of bad luck in minutes; no running Ravi and no database needed."""

import argparse
import json
import sys
import time
from dataclasses import asdict, replace
from typing import Any

from ravi.delivery.simulation import mutants

Subparsers = argparse._SubParsersAction  # argparse gives its type no public name

CLEAN, VIOLATED, USAGE, FAILED = 0, 1, 2, 3


def add_parsers(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "simulate", help="the real engine in simulated time, with every fault; is anything doubled or lost?"
    )
    parser.add_argument(
        "--deliveries", type=int, default=20_000, metavar="N", help="how many copies; 20000 if not given"
    )
    parser.add_argument(
        "--channels", type=int, default=1_500, metavar="C", help="over how many channels; 1500 if not given"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="one seed is one run, to the byte")
    parser.add_argument("--mutant", metavar="NAME", help="with this one line of the engine broken; it must be seen")
    parser.add_argument("--list-mutants", action="store_true", help="their names, one per line")
    parser.add_argument("--json", action="store_true", help="one object on standard output, progress on standard error")
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    if options.list_mutants:
        print("\n".join(mutants.NAMES))
        return CLEAN
    if options.deliveries < 1 or options.channels < 1:
        options.parser.error("--deliveries and --channels are at least 1")
    if options.mutant is not None and options.mutant not in mutants.NAMES:
        options.parser.error(f"there is no mutant {options.mutant!r}; --list-mutants names them")
    try:
        found = _simulate(options)
    except Exception as error:
        print(f"The simulator itself failed: {type(error).__name__}: {error}", file=sys.stderr)
        return FAILED
    print(json.dumps(found, ensure_ascii=False) if options.json else _told(found))
    return VIOLATED if found["violations"] else CLEAN


def _simulate(options: argparse.Namespace) -> dict[str, Any]:
    mutant = mutants.NAMES[options.mutant] if options.mutant else None
    if mutant:
        mutants.install(mutant)
    # Only now: a mutant changes the source that is imported here.
    from ravi.delivery.simulation.book import MemoryBook  # noqa: PLC0415 -- see above
    from ravi.delivery.simulation.faults import Faults  # noqa: PLC0415 -- see above
    from ravi.delivery.simulation.run import simulate  # noqa: PLC0415 -- see above

    began = time.monotonic()
    faults = replace(Faults(), **mutant.faults) if mutant else Faults()
    done = simulate(
        options.seed, options.deliveries, options.channels, MemoryBook(),
        faults=faults, until_found=mutant is not None, tell=lambda line: print(line, file=sys.stderr, flush=True),
    )  # fmt: skip
    seconds = round(time.monotonic() - began, 1)
    facts = asdict(done)
    facts["struck"] = {f"{module}:{line}": times for (module, line), times in sorted(done.struck.items())}
    return facts | {"mutant": options.mutant, "store": "memory", "seconds": seconds}


def _told(found: dict[str, Any]) -> str:
    lines = [
        f"seed {found['seed']}: {found['deliveries']} deliveries over {found['channels']} channels, {found['calls']} calls,"
        f" {found['simulated_s']:.0f} s simulated in {found['seconds']} s",
        "modules that ran: " + ", ".join(name.rsplit(".", 1)[-1] for name in found["modules"]),
        "happened: " + ", ".join(f"{times} {what}" for what, times in found["happened"].items()),
        "ended: " + ", ".join(f"{count} {state}" for state, count in found["states"].items()),
        f"digest of the ledger: {found['digest']}",
    ]
    lines += [f"VIOLATED {times} times: {name}" for name, times in found["violations"].items()] or ["violations: 0"]
    return "\n".join(lines)
