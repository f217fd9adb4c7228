"""A cluster for tests and benches: made in a second, without durability unless asked for, gone afterwards."""

import fcntl
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ravi.cli.postgres.binaries import choose_binaries
from ravi.cli.postgres.cluster import SUPERUSER, Cluster
from ravi.cli.postgres.place import ROOT_FOLDER, make_place
from ravi.cli.postgres.roles import ENGINE, OWNER, ROLES, WEB, ensure_roles

PREFIX = "throwaway-"
LEFTOVER_AFTER_S = 600


@dataclass(frozen=True)
class DatabaseUrls:
    """One URL per role; `admin` sees every row: the superuser's, or on a server of yours the backup role's, else None."""

    web: str
    owner: str
    engine: str
    admin: str | None
    server_version: str

    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.web,
            "RAVI_OWNER_DATABASE_URL": self.owner,
            "RAVI_ENGINE_DATABASE_URL": self.engine,
        }


def urls_of(cluster: Cluster) -> DatabaseUrls:
    return DatabaseUrls(
        cluster.url(WEB), cluster.url(OWNER), cluster.url(ENGINE), cluster.url(SUPERUSER), cluster.binaries.version
    )


def new_passwords() -> dict[str, str]:
    return {role: secrets.token_urlsafe(24) for role in (SUPERUSER, *ROLES)}


@contextmanager
def throwaway_cluster(*, postgres: str | None = None, durable: bool = False) -> Iterator[DatabaseUrls]:
    """Run a cluster with roles and an empty database `ravi`; the owner may create further (test) databases.

    `postgres` is `system`, `wheel` or the path of a `bin` folder, by default the environment's RAVI_POSTGRES.
    `durable` keeps every commit on the disk, as in production.
    """
    parent = ROOT_FOLDER if os.geteuid() == 0 else Path(tempfile.gettempdir())
    parent.mkdir(parents=True, exist_ok=True)
    _sweep_leftovers(parent)
    identity = secrets.token_hex(6)
    place = make_place(parent / f"{PREFIX}{identity}", identity)
    cluster = Cluster(place, choose_binaries(wanted=postgres), new_passwords(), place.folder / "log", fast=not durable)
    try:
        cluster.start()
        ensure_roles(cluster, may_create_databases=True)
        yield urls_of(cluster)
    finally:
        cluster.stop()
        shutil.rmtree(place.socket, ignore_errors=True)
        shutil.rmtree(place.folder, ignore_errors=True)


def _sweep_leftovers(parent: Path) -> None:
    """Remove the folders of killed test runs: old, and no server holds their lock."""
    for folder in parent.glob(f"{PREFIX}*"):
        lock = folder / "lock"
        try:
            if time.time() - folder.stat().st_mtime < LEFTOVER_AFTER_S:
                continue
            with lock.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
