"""`ravi backup FILE`: everything of a running or resting Ravi in one file, whole or not there at all.

Exit 0 written, 4 a sentence says why not.
"""

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

import psycopg

import ravi
from ravi.cli import archive, escrow
from ravi.cli.database import Opened, beside
from ravi.cli.home import Home, HomeUnusable, home_folder
from ravi.cli.keys import load_keys
from ravi.cli.postgres import PostgresUnavailable
from ravi.cli.postgres.dump import DumpFailed, dump, snapshot
from ravi.core import clock

DONE, OTHER = 0, 4
KEYS_LEFT_OUT = (
    "The keys are not in it. Without RAVI_HOME/keys of this machine nobody opens the channels' credentials: keep a copy "
    "of that folder elsewhere, or give --passphrase-file."
)


def add_parsers(subparsers: Any) -> None:
    """`ravi backup` among the commands."""
    parser = subparsers.add_parser(
        "backup", help="write everything into one file, while Ravi runs", description=__doc__
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="where; nothing that is there is overwritten")
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="seals the keys (or RAVI_BACKUP_PASSPHRASE, or asked)"
    )
    parser.add_argument("--without-keys", action="store_true", help="leave the keys out and do not ask")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """The exit code."""
    home = Home(home_folder())
    try:
        passphrase = "" if options.without_keys else escrow.asked_passphrase(options.passphrase_file, twice=True)
        with beside(home) as opened:
            manifest = write(options.file, home, opened, passphrase)
    except (
        archive.ArchiveUnusable,
        escrow.PassphraseNeeded,
        HomeUnusable,
        PostgresUnavailable,
    ) as problem:
        print(problem, file=sys.stderr)
        return OTHER
    except DumpFailed as problem:
        print(f"PostgreSQL could not be read: {problem}. No file was written.", file=sys.stderr)
        return OTHER
    except psycopg.Error as problem:
        print(f"The database does not answer: {str(problem).strip().splitlines()[-1]}", file=sys.stderr)
        return OTHER
    size = options.file.stat().st_size
    print(f"{options.file}: {size / 1e6:.1f} MB, {sum(manifest.counts.values())} rows, as of {manifest.made_at}.")
    if manifest.keys == escrow.NONE:
        print(KEYS_LEFT_OUT, file=sys.stderr)
    if manifest.keys == escrow.OPEN:
        print("The keys are in it unsealed, since this is a demo.", file=sys.stderr)
    return DONE


def write(path: Path, home: Home, opened: Opened, passphrase: str) -> archive.Manifest:
    """One moment of the database, and the keys. Raises ArchiveUnusable, DumpFailed, PassphraseNeeded."""
    note = home.path / "demo"
    kind, keys = escrow.pack(home, passphrase, is_demo=note.exists())
    made_at = clock.now().isoformat(timespec="seconds")
    with archive.writing(path) as writer, snapshot(opened.reader) as taken:
        _check_room(path, opened.reader)
        writer.add(archive.DUMP, dump(opened.reader, taken))
        if keys:
            writer.add(archive.KEYS, iter([keys]))
        manifest = archive.Manifest(
            ravi=ravi.__version__,
            made_at=made_at,
            server_major=taken.server_major,
            migrations=taken.migrations,
            counts=taken.counts,
            chains=taken.chains,
            key_id=load_keys(home).key_id,
            keys=kind,
            sandbox_port=int(note.read_text()) if note.exists() else None,
            members=dict(writer.members),
        )
        writer.close(manifest)
    return manifest


def _check_room(path: Path, url: str) -> None:
    """A dump is smaller than its database; half of it is a fair guess at the least."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        row = connection.execute("select pg_database_size(current_database())").fetchone()
    needed, free = (row[0] if row else 0) // 4, shutil.disk_usage(path.parent.absolute()).free
    if free < needed:
        raise archive.ArchiveUnusable(
            f"{path} needs about {needed / 1e6:.0f} MB and {free / 1e6:.0f} MB are free there. Nothing was written."
        )
