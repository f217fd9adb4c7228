"""Migrations and access rules, run as the owner; the web role can do neither."""

import os

from django.core.management import call_command
from django.db import connections

from ravi.core import access


def migrate(alias: str = "default", *, verbosity: int = 0) -> None:
    """Bring the schema of `alias` up to date and write who may touch what. The connection must be the owner's."""
    call_command("migrate", database=alias, interactive=False, verbosity=verbosity)
    access.apply(connections[alias])


def main() -> None:
    """For the supervisor's child process, whose DATABASE_URL is the owner's."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ravi.config.settings")
    import django  # noqa: PLC0415 -- settings are chosen on the line above

    django.setup()
    migrate()


if __name__ == "__main__":
    main()
