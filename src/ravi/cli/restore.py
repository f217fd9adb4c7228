"""`ravi restore FILE`: a backup into an empty home or database; what comes back starts stopped.

Nothing goes out by itself afterwards: `ravi up`, look at the pages "unknown" and "held", then `ravi resume all --as NAME`.
Exit 0 restored, 4 a sentence says why not.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from ravi.cli import archive, escrow
from ravi.cli.archive import Archive, ArchiveUnusable
from ravi.cli.database import Opened, alone, is_founded
from ravi.cli.environment import Environment
from ravi.cli.home import Home, HomeUnusable, home_folder
from ravi.cli.keys import load_keys
from ravi.cli.postgres import PostgresUnavailable, data_major, dump, home_place
from ravi.cli.schema import known_migrations, note_migrated
from ravi.core.database import RESTORING

DONE, OTHER = 0, 4


class RestoreRefused(Exception):
    """This backup does not come into this place; the message is a sentence."""


def add_parsers(subparsers: Any) -> None:
    """`ravi restore` among the commands."""
    parser = subparsers.add_parser(
        "restore",
        help="bring a backup into an empty home; it starts stopped",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="what `ravi backup` wrote")
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="opens the keys (or RAVI_BACKUP_PASSPHRASE, or asked)"
    )
    parser.add_argument(
        "--without-keys",
        action="store_true",
        help="use those in RAVI_HOME/keys, else make new ones",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """The exit code."""
    home = Home(home_folder())
    try:
        with archive.reading(options.file) as found:
            told = _restore(found, home, options)
    except (ArchiveUnusable, escrow.PassphraseNeeded, HomeUnusable, PostgresUnavailable, RestoreRefused) as problem:
        print(problem, file=sys.stderr)
        return OTHER
    except psycopg.Error as problem:
        print(f"The database does not answer: {str(problem).strip().splitlines()[-1]}", file=sys.stderr)
        return OTHER
    _tell(home, found.manifest, told)
    return DONE


def _restore(found: Archive, home: Home, options: argparse.Namespace) -> Mapping[str, int]:
    check_version(found.manifest)
    home.prepare()
    is_ours = not os.environ.get("DATABASE_URL")
    if is_ours and data_major(home_place(home.path).data) is not None:
        raise RestoreRefused(
            f"{home.path} holds a Ravi already: set RAVI_HOME to an empty folder, or move this one away. "
            "Nothing was changed."
        )
    _bring_keys(found, home, options)
    try:
        with alone(home) as opened:
            return fill(found, home, opened)
    except BaseException:
        if is_ours:  # we made it a moment ago, and it is not whole
            shutil.rmtree(home_place(home.path).data, ignore_errors=True)
        raise


def check_version(manifest: archive.Manifest) -> None:
    """Raises RestoreRefused for the backup of a newer Ravi."""
    unknown = sorted(set(manifest.migrations) - known_migrations())
    if unknown:
        raise RestoreRefused(
            f"This backup was made by Ravi {manifest.ravi}, which is newer than this one ({unknown[0]} is not known "
            "here). Install that version and restore again. Nothing was changed."
        )


def _bring_keys(found: Archive, home: Home, options: argparse.Namespace) -> None:
    manifest = found.manifest
    if is_founded(home):
        if load_keys(home).key_id != manifest.key_id:
            raise RestoreRefused(
                f"The keys in {home.keys} are not those of this backup ({manifest.key_id}). Nothing was changed."
            )
        return
    if manifest.keys != escrow.NONE and not options.without_keys:
        passphrase = escrow.asked_passphrase(options.passphrase_file) if manifest.keys == escrow.SEALED else ""
        escrow.unpack(manifest.keys, found.read(archive.KEYS), home, passphrase)
    if manifest.sandbox_port and not (home.path / "demo").exists():
        (home.path / "demo").write_text(f"{manifest.sandbox_port}\n")


def fill(found: Archive, home: Home, opened: Opened) -> Mapping[str, int]:
    """Dump, rows counted, after-care. The database stays empty, or is ours to throw away, when something fails."""
    manifest, owner = found.manifest, opened.urls.owner
    if not dump.is_empty(owner):
        raise RestoreRefused(
            "The database of DATABASE_URL is not empty: make a new one (docs/reference/settings.md). Nothing was changed."
        )
    major = dump.server_major(owner)
    if major < manifest.server_major:
        raise RestoreRefused(
            f"The backup comes from PostgreSQL {manifest.server_major} and this server is {major}: an older one cannot "
            "take it. Use that version or a newer one. Nothing was changed."
        )
    # From here until the stop stands, a kill must not leave something that `ravi up` would start.
    note_migrated(owner, RESTORING)
    try:
        dump.load(owner, found.pieces(archive.DUMP), major)
    except dump.DumpFailed as problem:
        note_migrated(owner, "")
        raise RestoreRefused(f"PostgreSQL refused the backup: {problem}. The database is empty as before.") from problem
    with psycopg.connect(opened.reader) as connection:
        if (counted := dump.counts(connection)) != dict(manifest.counts):
            differing = sorted(set(counted.items()) ^ set(manifest.counts.items()))
            raise RestoreRefused(
                f"The restored rows are not those of the backup: {differing[0][0]}. Use another backup."
            )
    told = _settle(home, opened, manifest)
    note_migrated(owner, "")
    return told


def _settle(home: Home, opened: Opened, manifest: archive.Manifest) -> Mapping[str, int]:
    environment = Environment(home, load_keys(home), opened.urls, 0, None).migrate()
    argv = [sys.executable, "-m", "ravi.cli.restored"]
    said = json.dumps({"made_at": manifest.made_at})
    done = subprocess.run(argv, env=environment, input=said, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise RestoreRefused(f"The restored database could not be put to rest: {last} It must not be used: empty it.")
    found: Mapping[str, int] = json.loads(done.stdout)
    return found


def _tell(home: Home, manifest: archive.Manifest, told: Mapping[str, int]) -> None:
    print(f"Restored into {home.path} as of {manifest.made_at}: {sum(manifest.counts.values())} rows.")
    print("Sending is stopped for every institution, and nothing stands in line any more:")
    print(
        f"  {told['unknown']} copies may have gone out since: Ravi looks where a platform lets it, people do the rest."
    )
    print(f"  {told['held']} copies for later wait for somebody to let them go.")
    print(
        "Everybody signs in anew; keys of the command line are void. Who left since the backup is back: record it again."
    )
    if manifest.keys == escrow.NONE and load_keys(home).key_id != manifest.key_id:
        print("The backup held no keys: every channel's credential must be set again.")
    print("Then: `ravi up`, look, and `ravi resume all --as NAME`.")
