"""What `ravi doctor` says of channels' connections and the ways to them: the text of a line, and what to do ("" when all
is well)."""

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


STANDING = b"""
select count(*) as everything, count(*) filter (where outcome = 'verified') as fine,
    count(*) filter (where outcome in ('refused', 'no_credential', 'not_allowed')) as refused,
    count(*) filter (where outcome = 'other_account') as elsewhere,
    count(*) filter (where expires_at <= now()) as ended,
    count(*) filter (where expires_at > now() and expires_at <= now() + interval '3 days') as soon,
    count(*) filter (where renew_refused_at is not null) as spent,
    count(*) filter (where probe_at < now() - interval '1 hour') as unseen
from directory_credential credential join directory_channel channel on channel.id = credential.channel_id
where channel.state in ('active', 'frozen')
"""
TOLD = {
    "refused": "refused or unreadable",
    "elsewhere": "of another account",
    "ended": "ended",
    "soon": "ending within three days",
    "spent": "no longer renewed by their platform",
    "unseen": "not looked at in time",
}


def connections(connection: psycopg.Connection[dict[str, Any]]) -> tuple[str, str]:
    """Counts over all institutions; whose they are stands on their own pages."""
    if not is_there(connection, "directory_credential"):
        return UNMADE
    row = connection.execute(STANDING).fetchone()
    assert row is not None
    ill = ", ".join(f"{row[name]} {words}" for name, words in TOLD.items() if row[name])
    text = f"{row['fine']} of {row['everything']} keys were fine when they were last looked at"
    if not ill:
        return text, ""
    return f"{text}; {ill}", "Their channels' pages say what to do (docs/operate/connections.md)."


def is_there(connection: psycopg.Connection[dict[str, Any]], table: str) -> bool:
    """Before the first migration it is not."""
    row = connection.execute("select to_regclass(%s) is not null as there", [table]).fetchone()
    return row is not None and bool(row["there"])
