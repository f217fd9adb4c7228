"""What a copy costs the database: rows and bytes per copy of the Ravi that runs in this home (docs/nation.md).

RAVI_HOME=... python tools/sizes.py
"""

import sys
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from ravi.cli.database import beside
from ravi.cli.home import Home, home_folder

TABLES = (
    "delivery_delivery",
    "delivery_ledger",
    "delivery_attempt",
    "publishing_copy",
    "publishing_approval",
    "core_audit_entry",
)
SIZE = """
select sum(pg_total_relation_size(relid))::bigint from (
    select relid from pg_partition_tree(%(table)s::regclass) where isleaf
    union select %(table)s::regclass) parts
"""


def main() -> None:
    with beside(Home(home_folder())) as opened, psycopg.connect(opened.reader) as connection:
        copies = _one(connection, "select count(*) from delivery_delivery")
        print(f"{copies} copies\n{'table':<22}{'rows':>9}{'per copy':>10}{'bytes a row':>13}{'bytes a copy':>14}")
        whole = 0.0
        for table in TABLES:
            rows = _one(connection, f"select count(*) from {table}")
            size = _one(connection, SIZE, {"table": table})
            whole += size / copies
            print(f"{table:<22}{rows:>9}{rows / copies:>10.2f}{size / max(rows, 1):>13.0f}{size / copies:>14.0f}")
        print(f"{'together':<54}{whole:>14.0f}")


def _one(connection: psycopg.Connection, query: str, values: dict[str, str] | None = None) -> int:
    row = connection.execute(query.encode(), values).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


if __name__ == "__main__":
    main()
