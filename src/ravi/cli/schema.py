"""Whether this very code has migrated this very database already: a second start then skips the migrate step."""

import hashlib
import importlib.metadata
import os
from pathlib import Path

import psycopg
from psycopg import sql

import ravi

OTHERS_WITH_TABLES = ("django", "django-allauth", "django-axes", "procrastinate")


def code_print() -> str:
    """A hash of every Python file of Ravi and of the versions of the packages that bring migrations."""
    root = Path(ravi.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes())
    for name in OTHERS_WITH_TABLES:
        digest.update(f"{name} {importlib.metadata.version(name)}\0".encode())
    return f"ravi {digest.hexdigest()}"


def is_migrated(owner_url: str, wanted: str) -> bool:
    """The print is kept as the database's comment: a restored or new database does not have it."""
    return noted(owner_url) == wanted


def noted(owner_url: str) -> str:
    """The database's comment, "" where there is none."""
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    with psycopg.connect(owner_url, connect_timeout=10) as connection:
        row = connection.execute(query).fetchone()
    return str(row[0] or "") if row is not None else ""


def note_migrated(owner_url: str, done: str) -> None:
    with psycopg.connect(owner_url, connect_timeout=10) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(done)))


def known_migrations() -> set[str]:
    """Every migration that this code brings, as `app.name`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ravi.config.settings")
    import django  # noqa: PLC0415 -- most commands do without Django

    django.setup()
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415 -- Django is set up on the line above

    loader = MigrationLoader(None)
    return {f"{app}.{name}" for app, name in loader.disk_migrations}
