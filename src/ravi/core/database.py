"""Migrations and access rules, run as the owner; the web role can do neither."""

import os
import sys

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from ravi.core import access

BEHIND = 3
# Stands as the database's comment while a backup is being put back (cli/restore.py).
RESTORING = "ravi restore is under way"


class RestoreUnfinished(Exception):
    """The line stands as the backup left it: whoever may send must not be let in."""


def migrate(alias: str = "default", *, verbosity: int = 0) -> None:
    """Bring the schema of `alias` up to date and write who may touch what. The connection must be the owner's."""
    _refuse_half_restored(alias)
    call_command("migrate", database=alias, interactive=False, verbosity=verbosity)
    access.apply(connections[alias])


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


def main() -> None:
    """For the supervisor's child process, whose DATABASE_URL is the owner's.

    With `--new-only` a database that an earlier version made is left alone: exit 3.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ravi.config.settings")
    import django  # noqa: PLC0415 -- settings are chosen on the line above

    django.setup()
    _refuse_half_restored("default")
    if "--new-only" in sys.argv and is_behind():
        sys.exit(BEHIND)
    migrate()


if __name__ == "__main__":
    main()
