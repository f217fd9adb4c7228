"""`ravi doctor`: looks at databases, keys, engine, jobs, clock, assets, letters, disk; says what is wrong and what to do."""

import argparse
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg.rows import dict_row

import ravi
from ravi.cli.connections import connections, routes
from ravi.cli.environment import SENDERS_SECRETS
from ravi.cli.home import Home, Running, home_folder, read_running
from ravi.cli.months import months
from ravi.cli.postgres import PostgresUnavailable
from ravi.cli.postgres.binaries import OLDEST_MAJOR
from ravi.cli.server import ExternalDatabase
from ravi.core import clock
from ravi.core.access import OUTSIDE
from ravi.delivery.store.waiting import SILENT, silent_figures
from ravi.library.lettering.face import PACKAGE, can_draw

SKEW_S = 2.0
HEARTBEAT_S = 30.0
DEAD_S = 60.0
# Below both shares a day's growth and a backup no longer fit; below the last PostgreSQL stops soon.
ROOM_SHARE, ROOM_BYTES, LAST_BYTES = 0.10, 2_000_000_000, 500_000_000
ASSETS = ("ravi/ravi.css", "ravi/ravi.js", "ravi/sprite.svg")
WAL_BYTES = 1_000_000_000
WEB_MUST_NOT_HAVE = (
    "RAVI_CREDENTIAL_KEYS_FOLDER",
    "RAVI_ENGINE_DATABASE_URL",
    "RAVI_OWNER_DATABASE_URL",
    *SENDERS_SECRETS,
)
LOCALES = {"C", "C.UTF-8", "C.utf8"}


class Usage(Protocol):
    """A disk's room in bytes (shutil.disk_usage)."""

    @property
    def total(self) -> int: ...
    @property
    def free(self) -> int: ...


@dataclass(frozen=True)
class Finding:
    """One line of the report; `advice` is empty when all is well."""

    subject: str
    text: str
    advice: str = ""


def add_parsers(subparsers: Any) -> None:
    parser = subparsers.add_parser("doctor", help="say what is wrong with this Ravi and what to do")
    parser.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    findings = list(examine(Home(home_folder())))
    for one in findings:
        mark = "!!" if one.advice else "ok"
        print(f"{mark}  {one.subject:<10} {one.text}")
        if one.advice:
            print(f"    {'':<10} {one.advice}")
    wrong = sum(1 for one in findings if one.advice)
    print(f"\n{wrong} of {len(findings)} need attention." if wrong else f"\nAll {len(findings)} are well.")
    return 1 if wrong else 0


def examine(home: Home) -> Iterator[Finding]:
    """Every finding, the good ones too."""
    here = read_running(home)
    yield _running(home, here)
    yield from _rooms(home)
    yield _assets()
    yield letters(is_here=can_draw())
    yield _private_keys(home)
    if here:
        yield _web_holds_no_secret(here)
    databases = _databases(here)
    if databases:
        yield from examine_databases(databases)


def _running(home: Home, here: Running | None) -> Finding:
    if here is None:
        return Finding("Ravi", f"does not run in {home.path}", "Start it with `ravi up`, then ask again.")
    if not here.is_ready:
        return Finding("Ravi", "is starting", "Wait until `ravi up` says that it is ready, then ask again.")
    return Finding("Ravi", f"runs at {here.url}")


def _databases(here: Running | None) -> Mapping[str, str]:
    if here:
        return here.databases
    if not os.environ.get("DATABASE_URL"):
        return {}
    try:
        urls = ExternalDatabase.from_environment().urls
    except PostgresUnavailable:
        return {"web": os.environ["DATABASE_URL"]}
    return {"owner": urls.owner, "web": urls.web, "engine": urls.engine}


def _rooms(home: Home) -> Iterator[Finding]:
    """The disk of the home, and PostgreSQL's own where that is another."""
    folders = [home.path]
    if (home.path / "postgres.json").exists():
        folders.append(Path(json.loads((home.path / "postgres.json").read_text())["folder"]))
    disks: dict[int, Path] = {}
    for folder in folders:
        standing = next(path for path in (folder, *folder.parents) if path.exists())
        disks.setdefault(standing.stat().st_dev, standing)
    for folder in disks.values():
        yield room(folder, shutil.disk_usage(folder))


def room(folder: Path, usage: Usage) -> Finding:
    """Warned before it is too late: PostgreSQL ends when it cannot write, and a backup needs room too."""
    text = f"{usage.free / 1e9:.1f} GB of {usage.total / 1e9:.0f} GB free for {folder}"
    if usage.free < LAST_BYTES:
        return Finding("disk", text, "Make room now: PostgreSQL stops when the disk is full (docs/operate/README.md).")
    if usage.free < min(ROOM_BYTES, usage.total * ROOM_SHARE):
        return Finding("disk", text, "Make room soon: old backups first, then old logs (docs/operate/README.md).")
    return Finding("disk", text)


def _assets() -> Finding:
    static = Path(ravi.__file__).parent / "core" / "static"
    missing = [name for name in ASSETS if not (static / name).is_file()]
    if not list(static.glob("ravi/font/*.woff2")):
        missing.append("ravi/font/*.woff2")
    if missing:
        return Finding("assets", f"missing: {', '.join(missing)}", "Install Ravi again: its files are incomplete.")
    return Finding("assets", "style, scripts, icons and font are here")


def letters(*, is_here: bool) -> Finding:
    """Mixed Persian and Latin is put into order by a library of the system, for text cards and names on images."""
    if not is_here:
        advice = (
            f"apt-get install {PACKAGE} (0.07 MB); nothing has to be started again, everything else works without it."
        )
        return Finding("letters", "FriBidi is not here: no text card and no name on an image can be drawn", advice)
    return Finding("letters", "text cards and names on images can be drawn")


def _private_keys(home: Home) -> Finding:
    folder = home.keys / "private"
    keys = list(folder.glob("*.key")) if folder.is_dir() else []
    if not keys:
        return Finding("keys", "no private key yet", "`ravi up` makes it. If there was one, put it back from a backup.")
    open_ones = [path for path in (folder, *keys) if path.stat().st_mode & 0o077]
    unreadable = [path for path in keys if not os.access(path, os.R_OK)]
    if open_ones:
        return Finding("keys", f"others can read {open_ones[0]}", f"chmod go= {open_ones[0]}")
    if unreadable:
        return Finding("keys", f"{unreadable[0]} cannot be read", "Run `ravi doctor` as the user who runs Ravi.")
    return Finding("keys", f"{len(keys)} private key, readable by its owner alone")


def _web_holds_no_secret(here: Running) -> Finding:
    web = here.processes.get("web")
    try:
        words = Path(f"/proc/{web.pid}/environ").read_bytes().split(b"\0") if web else []
    except OSError:
        words = []
    if not words:
        return Finding("secrets", "the web process cannot be looked at", "Run `ravi doctor` as the user who runs Ravi.")
    names = {word.partition(b"=")[0].decode(errors="replace") for word in words}
    held = [name for name in WEB_MUST_NOT_HAVE if name in names]
    held += sorted(name for name in names if name.startswith("RAVI_ROUTE_"))  # proxies' passwords
    if held:
        return Finding(
            "secrets",
            f"the web holds {', '.join(held)}",
            "Unset it where `ravi up` is started: the web must not have it.",
        )
    return Finding("secrets", "the web holds the public key only")


def examine_databases(databases: Mapping[str, str]) -> Iterator[Finding]:
    """Findings about the roles' connections; `databases` maps owner, web and engine to URLs."""
    names: dict[str, str] = {}
    for role, url in databases.items():
        try:
            with psycopg.connect(url, connect_timeout=5, row_factory=dict_row) as connection:
                finding, names[role] = _role(role, connection)
                yield finding
                for look in LOOKS.get(role, ()):
                    yield look(connection)
        except psycopg.Error as error:
            why = str(error).strip().splitlines()[-1]
            yield Finding(role, f"the database does not let it in: {why}", f"Check the URL of {role} and the server.")
    yield _roles_differ(databases, names)


def _role(role: str, connection: psycopg.Connection[dict[str, Any]]) -> tuple[Finding, str]:
    row = _one(connection, "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    name = str(row["rolname"])
    powers = [word for word, has in (("SUPERUSER", row["rolsuper"]), ("BYPASSRLS", row["rolbypassrls"])) if has]
    if powers:
        advice = f"ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS; row-level security does not hold otherwise."
        return Finding(role, f"{name} is {' and '.join(powers)}", advice), name
    return Finding(role, f"connects as {name}"), name


def _roles_differ(databases: Mapping[str, str], names: Mapping[str, str]) -> Finding:
    if len(databases) < 3:
        return Finding(
            "roles", "owner and engine have no URL", "Set RAVI_OWNER_DATABASE_URL and RAVI_ENGINE_DATABASE_URL."
        )
    if len(set(names.values())) < len(names):
        return Finding(
            "roles",
            "two of owner, web and engine are one role",
            "Give each its own role: see docs/reference/settings.md.",
        )
    return Finding("roles", "owner, web and engine are different roles")


def _server(connection: psycopg.Connection[dict[str, Any]]) -> Finding:
    row = _one(
        connection,
        "SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,"
        " pg_encoding_to_char(encoding) AS encoding, datcollate FROM pg_database WHERE datname = current_database()",
    )
    text = f"PostgreSQL {row['version']}, {row['encoding']}, {row['datcollate']}"
    if row["number"] < OLDEST_MAJOR * 10_000:
        return Finding("server", text, f"Ravi needs PostgreSQL {OLDEST_MAJOR} or newer: upgrade the server.")
    if row["encoding"] != "UTF8":
        return Finding("server", text, "Persian needs UTF8: make the database again with ENCODING 'UTF8'.")
    if row["datcollate"] not in LOCALES:
        return Finding(
            "server", text, "Make the database with LOCALE 'C.UTF-8': indexes then survive a change of libc."
        )
    return Finding("server", text)


def _sizes(connection: psycopg.Connection[dict[str, Any]]) -> Finding:
    """What takes the room; the owner may not ask for the log's size, but knows what keeps it."""
    row = _one(
        connection,
        "SELECT pg_database_size(current_database()) AS whole, coalesce(sum(pg_total_relation_size(c.oid))"
        " FILTER (WHERE c.relname = 'core_blob'), 0)::bigint AS blobs, coalesce(sum(pg_total_relation_size(c.oid))"
        " FILTER (WHERE c.relname LIKE 'delivery\\_ledger%' OR c.relname LIKE 'delivery\\_attempt%'), 0)::bigint AS ledger,"
        " (SELECT coalesce(max(pg_current_wal_lsn() - restart_lsn), 0)::bigint FROM pg_replication_slots"
        " WHERE NOT active) AS kept"
        " FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace",
    )
    text = f"{row['whole'] / 1e6:.0f} MB: pictures {row['blobs'] / 1e6:.0f}, what became of copies {row['ledger'] / 1e6:.0f}"
    if row["kept"] > WAL_BYTES:
        return Finding(
            "size",
            f"{text}; {row['kept'] / 1e9:.1f} GB of WAL are kept for a replication slot that nobody reads",
            "Let the replica go on, or drop the slot: SELECT slot_name FROM pg_replication_slots WHERE NOT active.",
        )
    return Finding("size", text)


def _clock(connection: psycopg.Connection[dict[str, Any]]) -> Finding:
    before = time.time()
    there = float(_one(connection, "SELECT extract(epoch FROM clock_timestamp())::float8 AS now")["now"])
    skew = there - (before + time.time()) / 2
    advice = "" if abs(skew) <= SKEW_S else "Let both machines follow a time server (systemd-timesyncd or chrony)."
    return Finding("clock", f"database and this machine differ by {abs(skew):.2f} s", advice)


def _walls(connection: psycopg.Connection[dict[str, Any]]) -> Finding:
    rows = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'institution_id'"
        " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped"
        " AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1"
    ).fetchall()
    tenants = [row["relname"] for row in rows if row["relname"] not in OUTSIDE]
    if tenants:
        return Finding(
            "walls", f"no row-level security on {', '.join(tenants)}", "Start `ravi up` again: it writes the rules."
        )
    return Finding("walls", "row-level security is forced on every institution's table")


def _engine(connection: psycopg.Connection[dict[str, Any]]) -> Finding:
    if _one(connection, "SELECT to_regclass('delivery_worker') IS NULL AS absent")["absent"]:
        return Finding("engine", "the tables are not there yet", "Start `ravi up`: it makes them.")
    row = _one(
        connection,
        "SELECT count(*) FILTER (WHERE ended_at IS NULL) AS alive,"
        " extract(epoch FROM clock_timestamp() - max(seen_at) FILTER (WHERE ended_at IS NULL))::float8 AS age"
        " FROM delivery_worker",
    )
    if not row["alive"] or row["age"] > HEARTBEAT_S:
        seen = f"last seen {row['age']:.0f} s ago" if row["age"] is not None else "none is running"
        return Finding(
            "engine", seen, "Nothing is sent without it: look at log/engine.log in RAVI_HOME, start `ravi up`."
        )
    return Finding("engine", f"seen {max(0.0, row['age']):.0f} s ago")


def _jobs(connection: psycopg.Connection[dict[str, Any]]) -> Finding:
    if _one(connection, "SELECT to_regclass('core_pulse') IS NULL AS absent")["absent"]:
        return Finding("jobs", "the tables are not there yet", "Start `ravi up`: it makes them.")
    query = (
        "SELECT extract(epoch FROM clock_timestamp() - max(seen_at))::float8 AS age FROM core_pulse WHERE kind = 'jobs'"
    )
    age = _one(connection, query)["age"]
    if age is None or age > DEAD_S:
        seen = f"last seen {age:.0f} s ago" if age is not None else "none has run here"
        return Finding(
            "jobs",
            seen,
            "Nobody is told anything without it. A few seconds after the start it comes by itself; else look at"
            " log/jobs.log, start `ravi up`.",
        )
    return Finding("jobs", f"seen {max(0.0, age):.0f} s ago")


def _months(connection: psycopg.Connection[dict[str, Any]]) -> Finding:
    today = _one(connection, "SELECT (now() AT TIME ZONE 'UTC')::date AS today")["today"]
    found = months(connection, today)
    if found is None:
        return Finding("months", "the evidence is not kept by months yet", "Start `ravi up`: it makes the tables.")
    last = found.last.replace("_", "-")
    if not found.has_next:
        advice = (
            "A jobs process makes the months in time: look at log/jobs.log, start `ravi up`. Nothing is lost meanwhile."
        )
        return Finding("months", f"the evidence has no place of its own after {last}", advice)
    if found.astray:
        advice = "They are kept, but slow to read: as the owner, SELECT delivery_make_month('TABLE', 'YYYY-MM-01') moves them."
        return Finding("months", f"rows of {', '.join(found.astray)} stand outside every month", advice)
    return Finding("months", f"the evidence has its months until {last}")


def _copies(connection: psycopg.Connection[dict[str, Any]]) -> Finding:
    if _one(connection, "SELECT to_regclass('delivery_delivery') IS NULL AS absent")["absent"]:
        return Finding("copies", "the tables are not there yet", "Start `ravi up`: it makes them.")
    rows = connection.execute(SILENT.encode(), silent_figures(clock.now())).fetchall()
    if rows:
        since = f"{rows[0]['due_at']:%Y-%m-%d %H:%M} UTC"
        advice = "Nobody claims them: look at log/engine.log in RAVI_HOME; if the engine lives, end it, `ravi up` starts another."
        return Finding("copies", f"{len(rows)} are late without a reason, the first since {since}", advice)
    return Finding("copies", "none is late without a reason")


def _routes(connection: psycopg.Connection[dict[str, Any]]) -> Finding:
    return Finding("routes", *routes(connection))


def _connections(connection: psycopg.Connection[dict[str, Any]]) -> Finding:
    return Finding("keys kept", *connections(connection))


def _one(connection: psycopg.Connection[dict[str, Any]], query: str) -> dict[str, Any]:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row


Look = Callable[[psycopg.Connection[dict[str, Any]]], Finding]
LOOKS: dict[str, tuple[Look, ...]] = {
    "owner": (_server, _sizes, _clock, _walls),
    "web": (_jobs,),
    "engine": (_engine, _copies, _months, _routes, _connections),
}
