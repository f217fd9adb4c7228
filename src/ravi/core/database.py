"""Migrations and access rules, run as the owner; the web role can do neither."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from ravi.core import access

BEHIND = 3
# Stands as the database's comment while a backup is being put back (cli/restore.py).
RESTORING = "ravi restore is under way"
# Held while migrations run: whoever started them may have been killed, and they go on.
MIGRATING = 7263


class RestoreUnfinished(Exception):
    """The line stands as the backup left it: whoever may send must not be let in."""


class DatabaseNewer(Exception):
    """Tables of a later version: this code would write into them what it does not understand."""


def migrate(alias: str = "default", *, verbosity: int = 0) -> None:
    """Bring the schema of `alias` up to date and write who may touch what. The connection must be the owner's."""
    _refuse_half_restored(alias)
    with _alone(alias):
        call_command("migrate", database=alias, interactive=False, verbosity=verbosity)
        access.apply(connections[alias])


@contextmanager
def _alone(alias: str) -> Iterator[None]:
    with connections[alias].cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [MIGRATING])
    try:
        yield
    finally:
        with connections[alias].cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [MIGRATING])


def _refuse_half_restored(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()"
        )
        if cursor.fetchone() == (RESTORING,):
            raise RestoreUnfinished(
                "a restore did not come to its end here, so nothing may run: restore once more into an empty home or database."
            )


def is_behind(alias: str = "default") -> bool:
    """Whether a database in which institutions stand lacks migrations of this code."""
    with connections[alias].cursor() as cursor:
        cursor.execute("select to_regclass('accounts_institution') is not null")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("select exists (select 1 from accounts_institution)")
        if not cursor.fetchone()[0]:
            return False
    executor = MigrationExecutor(connections[alias])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _refuse_newer(alias: str = "default") -> None:
    loader = MigrationLoader(connections[alias])
    unknown = sorted(f"{app}.{name}" for app, name in set(loader.applied_migrations) - set(loader.disk_migrations))
    if unknown:
        raise DatabaseNewer(
            f"the database belongs to a newer Ravi ({unknown[-1]} is not known here): install that version, and run "
            "its `ravi upgrade` where one was cut off."
        )


def main() -> None:
    """For the supervisor's child process, whose DATABASE_URL is the owner's.

    With `--new-only` a database that another version made is left alone: exit 3 for an earlier one, DatabaseNewer.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ravi.config.settings")
    import django  # noqa: PLC0415 -- settings are chosen on the line above

    django.setup()
    _refuse_half_restored("default")
    if "--new-only" in sys.argv:
        _refuse_newer()
        if is_behind():
            sys.exit(BEHIND)
    migrate()


if __name__ == "__main__":
    main()
