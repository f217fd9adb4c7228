"""Errands from the engine's side: plain SQL as the engine role, no Django."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

from ravi.directory.rules import ERRAND_LEASE_S, ErrandOutcome

CLAIM = """
with due as (
    select id from directory_errand
    where done_at is null and (claimed_at is null or claimed_at < %(stale)s)
    order by asked_at, id limit %(limit)s
    for update skip locked
)
update directory_errand errand set state = 'claimed', claimed_at = %(now)s
from due join directory_errand asked on asked.id = due.id
join directory_channel channel on channel.id = asked.channel_id
left join directory_credential credential on credential.channel_id = channel.id
where errand.id = due.id
returning errand.id, errand.institution_id, errand.kind, channel.id as channel_id, channel.platform, channel.adapter,
    channel.handle, channel.address, credential.box
"""

SETTLE = """
update directory_errand set state = 'done', done_at = %(now)s, outcome = %(outcome)s, detail = left(%(detail)s, 300)
where id = %(id)s and done_at is null
returning channel_id
"""

VERIFIED = (
    "update directory_channel set verified_at = %(now)s, verified_note = left(%(detail)s, 300) where id = %(channel)s"
)


@dataclass(frozen=True, slots=True)
class ClaimedErrand:
    """One errand and what is needed to do it; `box` is None where no credential was set."""

    id: int
    institution_id: int
    kind: str
    channel_id: int
    platform: str
    adapter: str
    handle: str
    address: str
    box: bytes | None

    @property
    def aad(self) -> bytes:
        """What binds the box to its channel."""
        return credential_aad(self.channel_id)


def credential_aad(channel_id: int) -> bytes:
    """The additional data under which a channel's credential is sealed."""
    return b"directory_credential:%d" % channel_id


async def claim_errands(connection: AsyncConnection[Any], now: datetime, limit: int) -> Sequence[ClaimedErrand]:
    """Take up to `limit` open errands; one that a dead engine left is open again after ERRAND_LEASE_S."""
    async with connection.transaction(), connection.cursor(row_factory=class_row(ClaimedErrand)) as cursor:
        stale = now - timedelta(seconds=ERRAND_LEASE_S)
        await cursor.execute(CLAIM, {"now": now, "stale": stale, "limit": limit})
        return await cursor.fetchall()


async def settle_errand(
    connection: AsyncConnection[Any], errand_id: int, outcome: str, detail: str, now: datetime
) -> bool:
    """Write what was found (an ErrandOutcome; `detail` never holds a secret). False when it was settled before."""
    values = {"id": errand_id, "outcome": ErrandOutcome(outcome).value, "detail": detail, "now": now}
    async with connection.transaction():
        row = await (await connection.execute(SETTLE, values)).fetchone()
        if row is None:
            return False
        channel_id = row["channel_id"] if isinstance(row, dict) else row[0]
        if outcome == ErrandOutcome.VERIFIED:
            await connection.execute(VERIFIED, {"channel": channel_id, "detail": detail, "now": now})
    return True
