"""Whether the evidence has the months that it needs: a row without one is kept all the same, in the default partition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg

TABLES = {"delivery_ledger": "at", "delivery_attempt": "ended_at"}
PARTS = """
SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = to_regclass(%s) ORDER BY 1
"""


@dataclass(frozen=True)
class Months:
    """Of the table that ends first: its last month, whether next month has a place, and tables with rows that have none."""

    last: str
    has_next: bool
    astray: tuple[str, ...]


def months(connection: psycopg.Connection[dict[str, Any]], today: date) -> Months | None:
    """As the engine, which sees every institution's rows; None where the tables are not parted yet."""
    found = {table: _months_of(connection, table) for table in TABLES}
    if not all(found.values()):
        return None
    last = min(names[-1] for names in found.values())
    following = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    astray = tuple(table for table, names in found.items() if _has_others(connection, table, names))
    return Months(last, last >= following.strftime("%Y_%m"), astray)


def _months_of(connection: psycopg.Connection[dict[str, Any]], table: str) -> list[str]:
    names = [row["name"].removeprefix(f"{table}_") for row in connection.execute(PARTS, [table])]
    return [name for name in names if name != "default"]


def _has_others(connection: psycopg.Connection[dict[str, Any]], table: str, names: Sequence[str]) -> bool:
    """Before the first month or after the last one only the default partition has rows, so only it is read."""
    first, last = (date(int(name[:4]), int(name[5:]), 1) for name in (names[0], names[-1]))
    end = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    moment = TABLES[table]
    query = (
        f"SELECT EXISTS (SELECT FROM {table} WHERE {moment} < '{first} 00:00Z' OR {moment} >= '{end} 00:00Z') AS found"  # noqa: S608 -- names of our own tables
    )
    row = connection.execute(query.encode()).fetchone()
    return bool(row and row["found"])
