"""The database that a Ravi uses: its own PostgreSQL, or an external one named by DATABASE_URL and two more."""

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ravi.cli.home import Home
from ravi.cli.postgres import (
    Cluster,
    DatabaseUrls,
    PostgresUnavailable,
    choose_binaries,
    data_major,
    ensure_roles,
    home_place,
    urls_of,
)

OTHERS = ("RAVI_OWNER_DATABASE_URL", "RAVI_ENGINE_DATABASE_URL")


@dataclass
class ManagedDatabase:
    """PostgreSQL as our child, in the home's own place."""

    cluster: Cluster
    is_new: bool
    urls: DatabaseUrls = field(init=False)

    def __post_init__(self) -> None:
        self.urls = urls_of(self.cluster)

    @classmethod
    def of(cls, home: Home, passwords: Mapping[str, str]) -> "ManagedDatabase":
        place = home_place(home.path)
        major = data_major(place.data)
        return cls(Cluster(place, choose_binaries(major), passwords, home.log("postgres")), major is None)

    def start(self, check: Callable[[], None]) -> subprocess.Popen[bytes]:
        self.cluster.start(check=check)
        ensure_roles(self.cluster)
        assert self.cluster.process is not None
        return self.cluster.process

    def describe(self) -> str:
        source = {"system": "of this system", "wheel": "that comes with Ravi", "path": "of RAVI_POSTGRES"}
        return f"PostgreSQL {self.cluster.binaries.version} ({source[self.cluster.binaries.source]})"


@dataclass(frozen=True)
class ExternalDatabase:
    """A server that someone else runs; roles and database are made there by hand (docs/reference/settings.md)."""

    urls: DatabaseUrls

    @classmethod
    def from_environment(cls) -> "ExternalDatabase":
        missing = [name for name in OTHERS if not os.environ.get(name)]
        if missing:
            raise PostgresUnavailable(
                f"DATABASE_URL is set and {' and '.join(missing)} is not: Ravi needs three roles (web, owner, engine). "
                "Set them, or unset DATABASE_URL to let Ravi run its own PostgreSQL."
            )
        owner, engine = (os.environ[name] for name in OTHERS)
        reader = os.environ.get("RAVI_BACKUP_DATABASE_URL") or None
        return cls(DatabaseUrls(os.environ["DATABASE_URL"], owner, engine, reader, ""))

    def describe(self) -> str:
        return "The database of DATABASE_URL"


Database = ManagedDatabase | ExternalDatabase
