"""Connections from the engine's side: which are to be looked at or renewed, and what came of it; plain SQL, no Django."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from ravi.directory.errands import VERIFIED
from ravi.directory.rules import ErrandOutcome

LEASE = timedelta(minutes=3)  # longer than a call and its writing down
_ROW = """
select credential.id, credential.institution_id, credential.channel_id, channel.platform, channel.adapter, channel.handle,
    channel.address, credential.box, credential.key_id, credential.fingerprint, credential.set_at, credential.expires_at,
    credential.renewed_at, credential.renew_refused_at, credential.checked_at, credential.failures,
    credential.renew_failures
from directory_credential credential join directory_channel channel on channel.id = credential.channel_id
"""
# Requested and retired channels are nobody's business yet, or no more.
DUE = (
    _ROW
    + """
where credential.{column} <= %(now)s and channel.state in ('active', 'frozen') and channel.platform <> all(%(resting)s)
order by credential.{column}, credential.id limit %(limit)s for update of credential skip locked
"""
)
TAKE = "update directory_credential set {column} = %(until)s where id = any(%(ids)s)"
# Whoever shares the credential waits for the one that renews it.
TAKE_ALIKE = """
update directory_credential set renew_at = %(until)s where id = any(%(ids)s)
    or (fingerprint <> '' and fingerprint in (select fingerprint from directory_credential where id = any(%(ids)s)))
"""
ALIKE = _ROW + "where credential.id = %(id)s or (credential.fingerprint = %(fingerprint)s and %(fingerprint)s <> '')"
# Each of these holds only for the credential that was looked at: somebody may have set another one meanwhile.
CHECKED = """
update directory_credential set checked_at = %(now)s, outcome = %(outcome)s, detail = left(%(detail)s, 300),
    failures = %(failures)s, probe_at = %(probe_at)s, expires_at = coalesce(%(expires_at)s, expires_at),
    renew_at = coalesce(%(renew_at)s, renew_at)
where channel_id = %(channel)s and box = %(box)s returning id
"""
RENEWED = """
update directory_credential set box = %(box)s, key_id = %(key_id)s, renewed_at = %(now)s, expires_at = %(expires_at)s,
    renew_at = %(renew_at)s, renew_failures = 0, renew_refused_at = null
where id = %(id)s and box = %(before)s returning id
"""
NOT_RENEWED = """
update directory_credential set renew_at = %(renew_at)s, renew_failures = renew_failures + 1,
    renew_refused_at = coalesce(%(refused_at)s, renew_refused_at)
where id = %(id)s and box = %(before)s returning id
"""

FOUND = b"""
insert into directory_finding (institution_id, channel_id, name, value, documented, source, found_at)
select %(institution)s, %(channel)s, told.name, told.value, told.documented, %(source)s, %(now)s
from unnest(%(names)s::text[], %(values)s::float8[], %(documented)s::float8[]) as told (name, value, documented)
where told.value is distinct from (
    select value from directory_finding last where last.channel_id = %(channel)s and last.name = told.name
    order by id desc limit 1
)
"""

LAST = b"""
update directory_channel set found_limits = coalesce(found_limits, '{}'::jsonb) || %(limits)s where id = %(channel)s
"""


@dataclass(frozen=True, slots=True)
class Connection:
    """One channel's credential with what is needed to use it."""

    id: int
    institution_id: int
    channel_id: int
    platform: str
    adapter: str
    handle: str
    address: str
    box: bytes
    key_id: str
    fingerprint: str
    set_at: datetime
    expires_at: datetime | None
    renewed_at: datetime | None
    renew_refused_at: datetime | None
    checked_at: datetime | None
    failures: int
    renew_failures: int

    @property
    def pace_key(self) -> str:
        """The pace that all calls with this credential share; the ledger's word for it."""
        return f"credential:{self.fingerprint}" if self.fingerprint else f"channel:{self.channel_id}"


@dataclass(frozen=True, slots=True)
class Check:
    """What a look found; `probe_at` None: this platform cannot be asked."""

    outcome: ErrandOutcome
    detail: str
    failures: int
    probe_at: datetime | None
    expires_at: datetime | None = None
    renew_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewBox:
    """A renewed credential of one channel, sealed, and when it is due again."""

    of: Connection
    box: bytes
    key_id: str
    expires_at: datetime | None
    renew_at: datetime | None


Choose = Callable[[Sequence[Connection]], Sequence[Connection]]


async def claim_probes(
    connection: AsyncConnection[Any], now: datetime, choose: Choose, *, resting: Collection[str] = ()
) -> Sequence[Connection]:
    """Those of the connections due for a look that `choose` picks; a dead engine's are due again after the lease."""
    return await _claim(connection, "probe_at", TAKE.format(column="probe_at"), now, choose, resting)


async def claim_renewals(
    connection: AsyncConnection[Any], now: datetime, choose: Choose, *, resting: Collection[str] = ()
) -> Sequence[Connection]:
    """Those due for a renewal that `choose` picks; of channels that share a credential one, for all."""
    return await _claim(connection, "renew_at", TAKE_ALIKE, now, choose, resting)


async def note_check(connection: AsyncConnection[Any], one: Connection, check: Check, now: datetime) -> bool:
    """Write down what was found of `one`. False when another credential stands there by now: nothing is said of that."""
    values = {
        "channel": one.channel_id,
        "box": one.box,
        "now": now,
        "outcome": check.outcome.value,
        "detail": check.detail,
        "failures": check.failures,
        "probe_at": check.probe_at,
        "expires_at": check.expires_at,
        "renew_at": check.renew_at,
    }
    if not await _changed(connection, CHECKED, values):
        return False
    if check.outcome is ErrandOutcome.VERIFIED:
        await connection.execute(VERIFIED, {"channel": one.channel_id, "detail": check.detail, "now": now})
    return True


async def connection_of(connection: AsyncConnection[Any], channel_id: int) -> Connection | None:
    """The channel's, where a credential is set."""
    async with connection.cursor(row_factory=class_row(Connection)) as cursor:
        await cursor.execute((_ROW + "where credential.channel_id = %(channel)s").encode(), {"channel": channel_id})
        return await cursor.fetchone()


async def note_findings(
    connection: AsyncConnection[Any],
    one: Connection,
    found: Mapping[str, float],
    documented: Mapping[str, float],
    now: datetime,
) -> None:
    """Add what differs from what was found last."""
    values = {
        "institution": one.institution_id,
        "channel": one.channel_id,
        "source": one.adapter,
        "now": now,
        "names": list(found),
        "values": [float(value) for value in found.values()],
        "documented": [documented.get(name) for name in found],
    }
    await connection.execute(FOUND, values)
    limits = {name: float(value) for name, value in found.items() if name in documented}
    if limits:
        await connection.execute(LAST, {"channel": one.channel_id, "limits": Jsonb(limits)})


async def alike(connection: AsyncConnection[Any], one: Connection) -> Sequence[Connection]:
    """`one` as it stands now, and all that were set with the same secret."""
    async with connection.cursor(row_factory=class_row(Connection)) as cursor:
        await cursor.execute(ALIKE.encode(), {"id": one.id, "fingerprint": one.fingerprint})
        return await cursor.fetchall()


async def keep_renewed(connection: AsyncConnection[Any], boxes: Sequence[NewBox], now: datetime) -> list[int]:
    """Put each new box where the old one still stands; the channels of those where it did."""
    kept = []
    for new in boxes:
        values = {
            "id": new.of.id,
            "before": new.of.box,
            "box": new.box,
            "key_id": new.key_id,
            "now": now,
            "expires_at": new.expires_at,
            "renew_at": new.renew_at,
        }
        if await _changed(connection, RENEWED, values):
            kept.append(new.of.channel_id)
    return kept


async def note_not_renewed(
    connection: AsyncConnection[Any], one: Connection, again_at: datetime | None, *, refused_at: datetime | None = None
) -> bool:
    """The old credential stays; it is tried again then, or never where the platform refused for good."""
    values = {"id": one.id, "before": one.box, "renew_at": again_at, "refused_at": refused_at}
    return await _changed(connection, NOT_RENEWED, values)


async def _claim(
    connection: AsyncConnection[Any], column: str, take: str, now: datetime, choose: Choose, resting: Collection[str]
) -> Sequence[Connection]:
    async with connection.transaction(), connection.cursor(row_factory=class_row(Connection)) as cursor:
        values = {"now": now, "resting": list(resting), "limit": 200}
        await cursor.execute(DUE.format(column=column).encode(), values)
        chosen = choose(await cursor.fetchall())
        if chosen:
            await cursor.execute(take.encode(), {"until": now + LEASE, "ids": [one.id for one in chosen]})
        return chosen


async def _changed(connection: AsyncConnection[Any], statement: str, values: dict[str, Any]) -> bool:
    return await (await connection.execute(statement.encode(), values)).fetchone() is not None
