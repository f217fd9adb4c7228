"""pg_dump and pg_restore of one Ravi's database: one snapshot, no password on a command line, no half-made database."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from ravi.cli.postgres.binaries import Binaries, client_binaries

CHUNK_BYTES = 1 << 20
# libpq's words for the parts of a URL (PostgreSQL's manual, "Environment Variables")
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
OURS = "n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition"


class DumpFailed(Exception):
    """pg_dump or pg_restore ended badly; the message is its own last line."""


@dataclass(frozen=True)
class Snapshot:
    """One moment of the database: rows per table, the end of each audit chain, which migrations had run."""

    name: str
    server_major: int
    migrations: tuple[str, ...]
    counts: dict[str, int]
    chains: tuple[dict[str, Any], ...]


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """Held open while pg_dump reads the same moment. `url` is of a role that sees every row."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        row = connection.execute("select pg_export_snapshot()").fetchone()
        assert row is not None
        yield Snapshot(
            name=row[0],
            server_major=connection.info.server_version // 10_000,
            migrations=migrations(connection),
            counts=counts(connection),
            chains=chains(connection),
        )


def tables(connection: psycopg.Connection[Any]) -> list[str]:
    """Ravi's tables; a partitioned one stands once."""
    query = f"select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where {OURS} order by 1"  # noqa: S608 -- a constant
    return [row[0] for row in connection.execute(query.encode())]


def counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows per table."""
    found = {}
    for name in tables(connection):
        row = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(name))).fetchone()
        found[name] = row[0] if row else 0
    return found


def chains(connection: psycopg.Connection[Any]) -> tuple[dict[str, Any], ...]:
    """The last link of each institution's audit chain."""
    if "core_audit_entry" not in tables(connection):
        return ()
    rows = connection.execute(
        "select i.slug, e.seq, e.hash from accounts_institution i left join lateral ("
        " select seq, hash from core_audit_entry where institution_id = i.id order by seq desc limit 1) e on true"
        " order by i.slug"
    )
    return tuple({"slug": slug, "seq": seq, "hash": link} for slug, seq, link in rows)


def migrations(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """Which ones ran, as `app.name`."""
    if "django_migrations" not in tables(connection):
        return ()
    return tuple(
        f"{app}.{name}" for app, name in connection.execute("select app, name from django_migrations order by id")
    )


def dump(url: str, taken: Snapshot, binaries: Binaries | None = None) -> Iterator[bytes]:
    """The dump's bytes, with owners' rules and grants. Raises DumpFailed, PostgresUnavailable."""
    program = (binaries or client_binaries(taken.server_major)).program("pg_dump")
    argv = [str(program), "--format=custom", "--no-password", f"--snapshot={taken.name}"]
    with subprocess.Popen(
        argv, env=_environment(url), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        while piece := process.stdout.read(CHUNK_BYTES):
            yield piece
        said = process.stderr.read().decode(errors="replace")
        if process.wait() != 0:
            raise DumpFailed(_last(said))


def load(url: str, pieces: Iterator[bytes], server_major: int, *, keeps_grants: bool = False) -> None:
    """Fill an empty database as its owner, whole or not at all. Raises DumpFailed, PostgresUnavailable."""
    program = client_binaries(server_major).program("pg_restore")
    argv = [str(program), "--no-owner", "--single-transaction", "--exit-on-error", "--no-password", "--dbname="]
    argv[-1] += conninfo_to_dict(url)["dbname"]  # type: ignore[operator]
    argv += [] if keeps_grants else ["--no-privileges"]
    with subprocess.Popen(argv, env=_environment(url), stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        try:
            for piece in pieces:
                process.stdin.write(piece)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it says why below
        said = process.stderr.read().decode(errors="replace")
        if process.wait() != 0:
            raise DumpFailed(_last(said))


def empty(url: str) -> None:
    """Throw away everything in the owner's schema `public`; who may connect stays."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        connection.execute("drop schema public cascade")
        connection.execute("create schema public")


def is_empty(url: str) -> bool:
    """Whether no table stands in it."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        return not tables(connection)


def server_major(url: str) -> int:
    with psycopg.connect(url, connect_timeout=10) as connection:
        return connection.info.server_version // 10_000


def _environment(url: str) -> dict[str, str]:
    parts = conninfo_to_dict(url)
    named = {variable: str(parts[name]) for name, variable in _VARIABLES.items() if parts.get(name)}
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "PGAPPNAME": "ravi backup", **named}


def _last(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip() and "warning" not in line]
    return lines[-1][:400] if lines else "it said nothing"
