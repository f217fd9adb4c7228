"""PostgreSQL as Ravi's own child process: found, initialised, started on a private socket, stopped."""

from ravi.cli.postgres.binaries import Binaries, PostgresUnavailable, choose_binaries
from ravi.cli.postgres.cluster import Cluster, data_major
from ravi.cli.postgres.place import Place, home_place
from ravi.cli.postgres.roles import ENGINE, OWNER, WEB, ensure_roles
from ravi.cli.postgres.throwaway import DatabaseUrls, new_passwords, throwaway_cluster, urls_of

__all__ = [
    "ENGINE",
    "OWNER",
    "WEB",
    "Binaries",
    "Cluster",
    "DatabaseUrls",
    "Place",
    "PostgresUnavailable",
    "choose_binaries",
    "data_major",
    "ensure_roles",
    "home_place",
    "new_passwords",
    "throwaway_cluster",
    "urls_of",
]
