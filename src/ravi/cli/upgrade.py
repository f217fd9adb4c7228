"""`ravi upgrade`: the new version's tables, with the way back: end Ravi, back up, migrate, check, or restore what was.

Install the new version first, then run this, then `ravi up`. What is planned stays planned; nothing is sent meanwhile.
Exit 0 upgraded (or nothing to do), 1 the upgrade failed and the database is as it was, 4 nothing was tried.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

import ravi
from ravi.cli import archive, backup
from ravi.cli.database import Opened, alone, is_founded
from ravi.cli.environment import Environment
from ravi.cli.home import Home, HomeUnusable, home_folder, read_running
from ravi.cli.keys import load_keys
from ravi.cli.postgres import PostgresUnavailable, dump
from ravi.cli.process import is_alive, signal_process
from ravi.cli.schema import code_print, is_migrated, known_migrations, note_migrated, noted
from ravi.core import clock
from ravi.core.database import MIGRATING, RESTORING

DONE, FAILED, OTHER = 0, 1, 4
ENDS_WITHIN_S = 90.0
BEATS_S = 30.0
# With the backup's path behind it, the database's comment from the backup to the end: what was cut off goes on from here.
UPGRADING = "ravi upgrade is under way: "
# A migration may add rows to these; every other table keeps its rows or gets new ones by a migration that says so.
MAY_LOSE = frozenset({"core_pulse", "procrastinate_jobs", "procrastinate_workers", "procrastinate_periodic_defers"})


class UpgradeRefused(Exception):
    """Nothing was tried; the message is a sentence."""


class UpgradeFailed(Exception):
    """A step failed after the backup; the message says which."""


def add_parsers(subparsers: Any) -> None:
    """`ravi upgrade` among the commands."""
    parser = subparsers.add_parser(
        "upgrade",
        help="bring the database to this version, with a backup and the way back",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--backup", type=Path, metavar="FILE", help="where the backup goes; default RAVI_HOME/backups/before-...ravi"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """The exit code."""
    home = Home(home_folder())
    try:
        if not is_founded(home):
            raise UpgradeRefused(f"No Ravi has run in {home.path}: set RAVI_HOME. Nothing was changed.")
        end_running(home)
        with alone(home) as opened:
            return upgrade(home, opened, options.backup)
    except (UpgradeRefused, HomeUnusable, PostgresUnavailable, archive.ArchiveUnusable) as problem:
        print(problem, file=sys.stderr)
    except psycopg.Error as problem:
        print(f"The database does not answer: {str(problem).strip().splitlines()[-1]}", file=sys.stderr)
    return OTHER


def end_running(home: Home) -> None:
    """Ask the Ravi of this home to end, copies in flight and all. Raises UpgradeRefused when it does not."""
    here = read_running(home)
    if here is None:
        return
    up = here.processes["up"]
    print("Ending the Ravi that runs here: copies in flight are awaited ...", flush=True)
    signal_process(up.pid, signal.SIGTERM)
    give_up = time.monotonic() + ENDS_WITHIN_S
    while is_alive(up):
        if time.monotonic() > give_up:
            raise UpgradeRefused("The Ravi that runs here does not end: end it yourself, then upgrade again.")
        time.sleep(0.1)


def upgrade(home: Home, opened: Opened, wanted: Path | None) -> int:
    """The whole of it, on a database that no process of this home uses."""
    _await_migrations(opened)
    with psycopg.connect(opened.reader) as connection:
        ran = dump.migrations(connection)
    _refuse(opened, ran)
    path = _cut_off(opened)
    if path is None and not known_migrations() - set(ran):
        return _agree(home, opened)
    path = path or _backed_up(home, opened, wanted)
    with archive.reading(path) as found:
        before = found.manifest.counts
    try:
        _migrate(home, opened)
        _check(opened, before)
    except UpgradeFailed as failed:
        print(f"The upgrade failed: {failed}", file=sys.stderr)
        return _back(opened, path, before)
    note_migrated(opened.urls.owner, code_print())
    print(f"Upgraded to Ravi {ravi.__version__}. Start it: `ravi up`.")
    return DONE


def _await_migrations(opened: Opened) -> None:
    """Migrations whose `ravi upgrade` was killed go on by themselves; nothing is decided before they have ended."""
    with psycopg.connect(opened.urls.owner, autocommit=True) as connection:
        row = connection.execute("select pg_try_advisory_lock(%s)", [MIGRATING]).fetchone()
        if row is None or not row[0]:
            print("Migrations are still under way here: their end is awaited ...", flush=True)
            connection.execute("select pg_advisory_lock(%s)", [MIGRATING])


def _cut_off(opened: Opened) -> Path | None:
    """The backup of an upgrade that was killed before its end: the way back leads to it, not to what it left."""
    said = noted(opened.urls.owner)
    path = Path(said.removeprefix(UPGRADING))
    if not said.startswith(UPGRADING) or not path.is_file():
        return None
    print(f"An upgrade was cut off here; it goes on. Its backup: {path}", flush=True)
    return path


def _backed_up(home: Home, opened: Opened, wanted: Path | None) -> Path:
    path = (wanted or _place(home)).absolute()
    backup.write(path, home, opened, os.environ.get("RAVI_BACKUP_PASSPHRASE", ""))
    note_migrated(opened.urls.owner, f"{UPGRADING}{path}")
    print(f"Backup: {path}", flush=True)
    return path


def _agree(home: Home, opened: Opened) -> int:
    """No new tables. Who may touch which may be new, or not have been written: written anew it harms nothing."""
    try:
        _migrate(home, opened)
    except UpgradeFailed as failed:
        print(f"The rules of access could not be written: {failed}. No table was changed.", file=sys.stderr)
        return FAILED
    note_migrated(opened.urls.owner, code_print())
    print(f"The database is that of Ravi {ravi.__version__} already. Nothing was changed.")
    return DONE


def _refuse(opened: Opened, ran: tuple[str, ...]) -> None:
    if is_migrated(opened.urls.owner, RESTORING):
        raise UpgradeRefused(
            "A backup was not put back to its end here: restore it into an empty home or database. Nothing was changed."
        )
    unknown = sorted(set(ran) - known_migrations())
    if unknown:
        raise UpgradeRefused(
            f"The database belongs to a newer Ravi ({unknown[-1]} is not known here): install that version. "
            "Nothing was changed."
        )
    engines = _engines_alive(opened)
    if engines:
        raise UpgradeRefused(
            f"An engine on another machine still runs ({', '.join(engines)}): end it there, then upgrade again. "
            "Nothing was changed."
        )


def _engines_alive(opened: Opened) -> list[str]:
    with psycopg.connect(opened.reader) as connection:
        if "delivery_worker" not in dump.tables(connection):
            return []
        rows = connection.execute(
            "select owner from delivery_worker where ended_at is null"
            " and seen_at > clock_timestamp() - make_interval(secs => %s) order by 1",
            [BEATS_S],
        ).fetchall()
    return [row[0] for row in rows]


def _place(home: Home) -> Path:
    folder = home.path / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"before-{ravi.__version__}-{clock.now():%Y%m%dT%H%M%S}.ravi"


def _migrate(home: Home, opened: Opened) -> None:
    environment = Environment(home, load_keys(home), opened.urls, 0, None).migrate()
    argv = [sys.executable, "-m", "ravi.core.database"]
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise UpgradeFailed((done.stderr.strip().splitlines() or ["the migrations ended without a word"])[-1][:400])


def _check(opened: Opened, before: Mapping[str, int]) -> None:
    """Every table that was there holds at least its rows; a migration that means to drop some does it in two versions."""
    with psycopg.connect(opened.reader) as connection:
        after = dump.counts(connection)
    lost = [name for name, rows in before.items() if name not in MAY_LOSE and name in after and after[name] < rows]
    if lost:
        raise UpgradeFailed(f"rows are missing afterwards: {', '.join(lost)}")


def _back(opened: Opened, path: Path, before: Mapping[str, int]) -> int:
    """The database as it was, grants and all, from the backup of a moment ago."""
    owner = opened.urls.owner
    try:
        with archive.reading(path) as found:
            note_migrated(owner, RESTORING)  # a kill from here on must not leave something that starts
            dump.empty(owner)
            dump.load(owner, found.pieces(archive.DUMP), dump.server_major(owner), keeps_grants=True)
        with psycopg.connect(opened.reader) as connection:
            restored = dump.counts(connection)
        if restored != dict(before):
            raise dump.DumpFailed("its rows are not those of before")
        note_migrated(owner, "")
    except (dump.DumpFailed, archive.ArchiveUnusable, psycopg.Error) as problem:
        print(
            f"The way back failed too: {problem}. Everything is in {path}: restore it into an empty home with the "
            "version from before.",
            file=sys.stderr,
        )
        return FAILED
    print(
        "The database is as it was before. Install the version from before and start it: `ravi up`. "
        f"The backup is kept: {path}",
        file=sys.stderr,
    )
    return FAILED
