"""`ravi bench`: how fast the engine is beside a bare client; no running Ravi needed, its database is thrown away."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ravi
from ravi.cli.environment import PRIVATE_NAMES
from ravi.cli.postgres import DatabaseUrls, PostgresUnavailable, throwaway_cluster

Subparsers = argparse._SubParsersAction  # argparse gives its type no public name

ROOT = Path(ravi.__file__).parent.parent.parent
MEASURED, VOID, USAGE, FAILED = 0, 1, 2, 4
LEAST_ROWS, WITHIN_MS = 20_000, 50.0


def add_parsers(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("bench", help="how fast the engine is beside a bare client, on this machine, now")
    kinds = parser.add_subparsers(title="what", metavar="WHAT", required=True)
    _add_delivery(kinds)
    _add_publish(kinds)
    _add_peer(kinds)
    _add_board(kinds)


def _add_delivery(kinds: "Subparsers[argparse.ArgumentParser]") -> None:
    parser = kinds.add_parser(
        "delivery",
        help="copies per second and processor time, beside a bare aiohttp client and the same stub",
        description="Everything is on: fence, ledger, audit chain, stop table, order, spacing, durable commits. "
        "Exit 0: measured. 1: void, the bare client came near what the stub can answer. 2: wrong use. 4: it failed.",
    )
    parser.add_argument(
        "--deliveries", type=int, default=20_000, metavar="N", help="how many copies; 20000 if not given"
    )
    parser.add_argument("--workers", type=int, default=1, metavar="W", help="engines, and bare clients; 1 if not given")
    parser.add_argument(
        "--channels", type=int, default=2_000, metavar="C", help="over how many channels; 2000 if not given"
    )
    parser.add_argument("--future", type=int, default=0, metavar="N", help="with so many copies that are due tomorrow")
    parser.add_argument(
        "--load", type=float, default=0.6, metavar="SHARE",
        help="lateness at this share of the measured rate; 0.6 if not given, 0 for not at all",
    )  # fmt: skip
    parser.add_argument(
        "--gap", type=float, default=0.1, metavar="S", help="seconds between a channel's copies; 0.1 if not given"
    )
    parser.add_argument("--without-nginx", action="store_true", help="use Ravi's own stub also where nginx is")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="put the engines' logs there")
    parser.add_argument("--json", action="store_true", help="one object on standard output, progress on standard error")
    parser.set_defaults(run=run_delivery, parser=parser)


def _add_publish(kinds: "Subparsers[argparse.ArgumentParser]") -> None:
    parser = kinds.add_parser(
        "publish",
        help="how long until the copies of one publish are there, with and without a platform's limits",
        description="By the stub's own log. `telegram`: one bot with its pace, then a few groups with 24 copies each, "
        "against the seconds that nobody who keeps the limits can go below. Exit 0: measured. 2: wrong use. 4: it failed.",
    )
    parser.add_argument("--copies", type=int, default=360, metavar="N", help="how many copies; 360 if not given")
    parser.add_argument("--limits", choices=("none", "telegram"), default="none", help="whose limits bind; none")
    parser.add_argument("--workers", type=int, default=1, metavar="W", help="engines; 1 if not given")
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.set_defaults(run=run_publish, parser=parser)


def _add_peer(kinds: "Subparsers[argparse.ArgumentParser]") -> None:
    parser = kinds.add_parser(
        "peer",
        help="the work that the nearest peer was measured on, under each of its questions (from a clone)",
        description="60 posts for 6 accounts due in one second: speed, kills, lost answers, limits, pages, memory. "
        "Takes about half an hour; most of it is waiting.",
    )
    parser.add_argument("--only", action="append", default=[], metavar="QUESTION", help="ask only this; again for more")
    parser.add_argument("--json", action="store_true", help="one object on standard output, progress on standard error")
    parser.set_defaults(run=run_peer, parser=parser)


def run_peer(options: argparse.Namespace) -> int:
    """The stub and the questions stand with the tests, as `./ravi test` does."""
    if not (ROOT / "tests" / "peer").is_dir():
        print("This bench runs from a clone: ./ravi bench peer. An installed Ravi does not carry it.", file=sys.stderr)
        return USAGE
    argv = [sys.executable, "-m", "tests.peer", *(word for name in options.only for word in ("--only", name))]
    environment = _environment() | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    environment.pop("PYTHONSAFEPATH")
    code = subprocess.run(
        [*argv, *(["--json"] if options.json else [])], env=environment, cwd=ROOT, check=False
    ).returncode
    return code if code in (MEASURED, USAGE) else FAILED


def _add_board(kinds: "Subparsers[argparse.ArgumentParser]") -> None:
    parser = kinds.add_parser(
        "board",
        help="what boards, desks and lists ask above years of old copies",
        description="Fills a throw-away database with two years of old copies (ten million: about 45 GB, then gone), opens "
        "every page that reads copies, and takes the time and the plan of each question. Exit 0: each is below 50 ms. 1: one "
        "is not. 2: wrong use. 4: it failed.",
    )
    parser.add_argument("--rows", type=int, default=1_000_000, metavar="N", help="old copies; 1000000 if not given")
    parser.add_argument("--pending", type=int, default=100_000, metavar="N", help="copies in line; 100000 if not given")
    parser.add_argument(
        "--plans", type=Path, default=Path("board-plans.txt"), metavar="FILE", help="put the plans there"
    )
    parser.set_defaults(run=run_board, parser=parser)


def run_board(options: argparse.Namespace) -> int:
    if options.rows < LEAST_ROWS or not 0 < options.pending <= options.rows:
        options.parser.error(f"--rows is at least {LEAST_ROWS}, --pending between 1 and --rows")
    try:
        with throwaway_cluster() as urls:
            _migrate(urls)
            assert urls.admin is not None
            environment = _environment() | {"RAVI_BENCH_ADMIN_URL": urls.admin, **urls.environment()}
            argv = [sys.executable, "-m", "ravi.cli.board", str(options.rows), str(options.pending), str(options.plans)]
            told = subprocess.run(argv, env=environment, check=True, stdout=subprocess.PIPE, timeout=7_200).stdout
    except (PostgresUnavailable, subprocess.SubprocessError) as error:
        print(f"The bench itself failed: {error}", file=sys.stderr)
        return FAILED
    print(told.decode())
    slowest = max(page["slowest_ms"] for page in json.loads(told)["pages"].values())
    return MEASURED if slowest < WITHIN_MS else VOID


def run_delivery(options: argparse.Namespace) -> int:
    if (
        min(options.deliveries, options.workers, options.channels) < 1
        or options.future < 0
        or not 0 <= options.load < 1
    ):
        options.parser.error("--deliveries, --workers and --channels are at least 1, --load is below 1")
    found = _on_own_database(lambda urls, folder: _measure_delivery(options, urls, options.keep or folder))
    if found is None:
        return FAILED
    _print(found, options)
    if found["void"]:
        print("Void: the bare client came within 10 % of what the stub can answer.", file=sys.stderr)
    return VOID if found["void"] else MEASURED


def run_publish(options: argparse.Namespace) -> int:
    if min(options.copies, options.workers) < 1:
        options.parser.error("--copies and --workers are at least 1")
    found = _on_own_database(lambda urls, folder: _measure_publish(options, urls, folder))
    if found is None:
        return FAILED
    _print(found, options)
    return MEASURED


def _on_own_database(measure: Callable[[DatabaseUrls, Path], dict[str, Any]]) -> dict[str, Any] | None:
    """On a throw-away cluster that keeps its commits; None, and a sentence, when the bench itself failed."""
    from ravi.delivery.bench.engines import BenchFailed  # noqa: PLC0415 -- other commands do without aiohttp

    try:
        with tempfile.TemporaryDirectory(prefix="ravi-bench-") as folder, throwaway_cluster(durable=True) as urls:
            _migrate(urls)
            return measure(urls, Path(folder))
    except (BenchFailed, PostgresUnavailable, subprocess.SubprocessError) as error:
        print(f"The bench itself failed: {error}", file=sys.stderr)
        return None


def _print(found: dict[str, Any], options: argparse.Namespace) -> None:
    print(json.dumps(found) if options.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


def _measure_publish(options: argparse.Namespace, urls: DatabaseUrls, folder: Path) -> dict[str, Any]:
    from ravi.delivery.bench.publish import LIMITS, Publish  # noqa: PLC0415 -- other commands do without aiohttp

    environment = _environment() | {"RAVI_ENGINE_DATABASE_URL": urls.engine}
    assert urls.admin is not None
    return Publish(LIMITS[options.limits](options.copies), options.workers, urls.admin, environment, folder).run()


def _measure_delivery(options: argparse.Namespace, urls: DatabaseUrls, folder: Path) -> dict[str, Any]:
    from ravi.delivery.bench.measure import Bench, Wanted  # noqa: PLC0415 -- other commands do without aiohttp
    from ravi.delivery.bench.town import Pace  # noqa: PLC0415 -- other commands do without aiohttp

    wanted = Wanted(
        options.deliveries, options.workers, options.channels, options.future, options.load,
        Pace(options.gap, 1_000.0, 1_000), without_nginx=options.without_nginx,
    )  # fmt: skip
    environment = _environment() | {"RAVI_ENGINE_DATABASE_URL": urls.engine}
    folder.mkdir(parents=True, exist_ok=True)
    assert urls.admin is not None
    return Bench(wanted, urls.admin, environment, folder, _tell).run()


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in PRIVATE_NAMES}
    return kept | {"PYTHONPATH": str(Path(ravi.__file__).parent.parent), "PYTHONSAFEPATH": "1"}


def _migrate(urls: DatabaseUrls) -> None:
    environment = _environment() | {"DATABASE_URL": urls.owner, "RAVI_OWNER_DATABASE_URL": urls.owner}
    argv = [sys.executable, "-m", "ravi.core.database"]
    subprocess.run(argv, env=environment, check=True, timeout=300, stdout=subprocess.DEVNULL)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
