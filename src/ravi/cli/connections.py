"""What `ravi doctor` says of the ways to the platforms: the text of its line, and what to do ("" when all is well)."""

from typing import Any

import psycopg

UNMADE = ("the tables are not there yet", "Start `ravi up`: it makes them.")
TAKEN = b"""
select platform, route, ok_at, failed_at, failure from delivery_way way
where is_chosen or (route = 'direct' and not exists (
    select from delivery_way other where other.platform = way.platform and other.is_chosen
))
order by platform
"""


def routes(connection: psycopg.Connection[dict[str, Any]]) -> tuple[str, str]:
    """A way is ill when its last call reached nobody."""
    if not is_there(connection, "delivery_way"):
        return UNMADE
    rows = connection.execute(TAKEN).fetchall()
    named = ", ".join(f"{row['platform']} by {row['route']}" for row in rows if row["route"] != "direct")
    text = f"{named}; all others direct" if named else "every platform direct"
    ill = [row for row in rows if row["failed_at"] and (row["ok_at"] is None or row["ok_at"] < row["failed_at"])]
    if not ill:
        return text, ""
    told = "; ".join(
        f"{row['platform']} by {row['route']} since {row['failed_at']:%Y-%m-%d %H:%M} UTC ({row['failure']})"
        for row in ill
    )
    advice = "Look at the proxy, or lead the platform another way with RAVI_ROUTES (docs/operate/connections.md)."
    return f"{text}; no answer from {told}", advice


def is_there(connection: psycopg.Connection[dict[str, Any]], table: str) -> bool:
    """Before the first migration it is not."""
    row = connection.execute("select to_regclass(%s) is not null as there", [table]).fetchone()
    return row is not None and bool(row["there"])
