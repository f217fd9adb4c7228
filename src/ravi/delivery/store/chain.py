"""Links the engine's ledger rows into each institution's audit chain: one link per batch, found again after any crash.

The link is written after the fact, in a transaction that holds nothing but the chain's lock, so that people's acts,
which hold that lock while they change copies, never wait for an engine that waits for them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ravi.core.canonical import canonical_json, sha256
from ravi.delivery.store import statements as sql
from ravi.delivery.store.connection import STATEMENT_S, Line, rows_of

LAG = timedelta(seconds=STATEMENT_S + 4)
# Rows that come late to a look (clocks differ, the demo walks through past weeks) are older than the look before it by
# less than this; whatever is older still is found by the first look of the next engine. So a look reads few months.
BACK = timedelta(days=40)
EVER = datetime(1970, 1, 1, tzinfo=UTC)
BATCH = 5_000


@dataclass(slots=True)
class Chain:
    """One engine's share of the linking; what it remembers only saves looking at rows that are linked."""

    line: Line
    _floor: datetime = EVER
    _linked: dict[int, int] | None = None

    async def link(self, now: datetime) -> int:
        """How many ledger rows were linked."""
        until = now - LAG
        async with self.line.transaction() as connection:
            if self._linked is None:
                self._linked = {row[0]: row[1] for row in await rows_of(connection, sql.LINKED, {})}
            seen = {"institutions": list(self._linked), "sinces": list(self._linked.values())}
            values = {"floor": self._floor, "until": until, **seen}
            tenants = sorted(row[0] for row in await rows_of(connection, sql.UNLINKED_TENANTS, values))
        linked = 0
        for institution in tenants:
            rows, self._linked[institution] = await self._link_one(institution, now, until)
            linked += rows
        self._floor = until - BACK
        return linked

    async def _link_one(self, institution: int, now: datetime, until: datetime) -> tuple[int, int]:
        """How many rows, and the last one that is linked now."""
        async with self.line.transaction() as connection:
            await connection.execute(sql.CHAIN_LOCK, {"institution": institution})
            last = (await rows_of(connection, sql.LAST_LINK, {"institution": institution}))[0][0]
            values = {"institution": institution, "since": last, "floor": self._floor, "until": until, "limit": BATCH}
            rows = await rows_of(connection, sql.UNLINKED, values)
            if rows:
                body = body_of(institution, rows, now)
                await connection.execute(sql.APPEND_LINK, {"institution": institution, "body": body})
        return len(rows), rows[-1][0] if rows else last


def body_of(institution: int, rows: list[tuple[int, ...]], now: datetime) -> str:
    """The link's body: how many rows, which range, and their hash (of [id, delivery, before, after, attempt] each)."""
    facts = {"rows": len(rows), "first": rows[0][0], "last": rows[-1][0], "sha256": sha256([list(row) for row in rows])}
    return canonical_json(
        {
            "at": now.astimezone(UTC).isoformat(timespec="microseconds"),
            "by": None,
            "facts": facts,
            "institution": institution,
            "subject": ["delivery.ledger", str(rows[-1][0])],
            "verb": "delivery.batch",
        }
    ).decode()
