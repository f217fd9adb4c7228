"""The database of a home for commands that work beside `ravi up` or instead of it: found running, or started alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ravi.cli.home import Home, HomeUnusable, Running, read_running
from ravi.cli.keys import load_keys
from ravi.cli.postgres import DatabaseUrls, PostgresUnavailable
from ravi.cli.server import Database, ExternalDatabase, ManagedDatabase

NEEDS_READER = (
    "A backup needs a role that sees every institution's rows. As the server's superuser: "
    "CREATE ROLE ravi_backup LOGIN BYPASSRLS PASSWORD '...'; GRANT pg_read_all_data TO ravi_backup; "
    "GRANT CONNECT ON DATABASE ravi TO ravi_backup; then set RAVI_BACKUP_DATABASE_URL. Nothing was changed."
)


@dataclass(frozen=True)
class Opened:
    """A database that answers. `reader` is the URL of a role that sees every row."""

    urls: DatabaseUrls
    is_managed: bool

    @property
    def reader(self) -> str:
        """Raises PostgresUnavailable where no such role was named."""
        if self.urls.admin is None:
            raise PostgresUnavailable(NEEDS_READER)
        return self.urls.admin


def choose(home: Home) -> Database:
    """The database that `ravi up` would take here. Raises PostgresUnavailable, HomeUnusable."""
    if os.environ.get("DATABASE_URL"):
        return ExternalDatabase.from_environment()
    return ManagedDatabase.of(home, load_keys(home).database_passwords)


def is_founded(home: Home) -> bool:
    """Whether a Ravi has ever run in this home: it has keys."""
    return (home.keys / "secrets.json").exists()


@contextmanager
def beside(home: Home) -> Iterator[Opened]:
    """The database of a home whose Ravi runs or not. Raises HomeUnusable, PostgresUnavailable."""
    if not is_founded(home):
        raise HomeUnusable(f"No Ravi has run in {home.path}: set RAVI_HOME. Nothing was written.")
    here = read_running(home)
    if here is not None:
        yield _of_running(home, here)
        return
    with alone(home) as opened:
        yield opened


def _of_running(home: Home, here: Running) -> Opened:
    """It was perhaps started with a DATABASE_URL that this shell does not have."""
    if (home.path / "postgres.json").exists():
        own = ManagedDatabase.of(home, load_keys(home).database_passwords).urls
        if own.owner == here.databases["owner"]:
            return Opened(own, is_managed=True)
    reader = os.environ.get("RAVI_BACKUP_DATABASE_URL") or None
    web, owner, engine = (here.databases[name] for name in ("web", "owner", "engine"))
    return Opened(DatabaseUrls(web, owner, engine, reader, ""), is_managed=False)


@contextmanager
def alone(home: Home) -> Iterator[Opened]:
    """The database, with no other process of this home running. Raises HomeUnusable, PostgresUnavailable."""
    home.prepare()
    lock = home.take_lock(lambda: None)
    try:
        database = choose(home)
        if isinstance(database, ManagedDatabase):
            database.start(lambda: None)
        try:
            yield Opened(database.urls, isinstance(database, ManagedDatabase))
        finally:
            if isinstance(database, ManagedDatabase):
                database.cluster.stop()
    finally:
        os.close(lock)
