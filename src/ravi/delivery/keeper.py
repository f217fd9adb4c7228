"""Keeps connections: looks at each channel's every six hours, and renews credentials in time; a loop beside the engine.

A renewal may spend the old credential, so what came back is kept at once, and tried until the database has it; where no
answer came the old one stays and is tried again. Only the platform's own no ends that, and then people are told.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import AsyncConnection

from ravi.delivery.courier import Courier
from ravi.delivery.credentials import NoCredential
from ravi.delivery.engine import bucket as buckets
from ravi.delivery.engine.ports import Clock, Log, StoreDown
from ravi.delivery.engine.values import Bucket
from ravi.delivery.looks import OWN_SERVERS, RENEW_S, Look, Looker, NotRenewed, rate_of
from ravi.delivery.rounds import beside_each_other
from ravi.delivery.store import statements as ledger
from ravi.delivery.store.connection import Line, rows_of, storable
from ravi.directory import connections as directory
from ravi.directory import life
from ravi.directory.connections import Connection
from ravi.directory.rules import ErrandOutcome
from ravi.platforms import contract, registry
from ravi.platforms.bounds import documented

PAUSE_S = 2.0
# Of one platform so many looks, and one renewal, at a time: half a thousand that are due at once take ten minutes.
LOOKS_EACH, RENEWALS_EACH = 2, 1
# A pace below one call in ten seconds is a day's number of posts; four looks a day are not taken from that.
QUOTA_PER_S = 0.1
REST_S, REST_MAX_S = 60.0, 1800.0
AWAY = b"select distinct platform from delivery_breaker where trips > 0 and open_until > %(now)s"
HOLD = b"""
update delivery_slot set hold_code = 'credentials_refused', hold_detail = left(%(detail)s, 500), held_at = %(now)s
where channel_id = %(channel)s and hold_code = ''
"""
# What the platform itself says against a credential: nothing goes out with it any more.
UNFIT = frozenset({ErrandOutcome.REFUSED, ErrandOutcome.OTHER_ACCOUNT})
GOES_ON = b"""
update delivery_slot set hold_code = '', hold_detail = '', held_at = null, wake_at = least(wake_at, %(now)s)
where channel_id = %(channel)s and hold_code <> ''
"""


@dataclass(slots=True)
class ConnectionKeeper:
    """`key_id` names the key under which renewed credentials are sealed; a box's own where it is not held here."""

    line: Line
    looker: Looker
    courier: Courier
    clock: Clock
    log: Log
    ring: Callable[[], None]
    key_id: str = ""
    _rests: dict[str, tuple[float, int]] = field(default_factory=dict)
    _renewing: dict[asyncio.Task[None], str] = field(default_factory=dict)

    async def run(self) -> None:
        """Until cancelled; what is being renewed then is `finish`'s."""
        while True:
            try:
                await self.renew_due()
                await self.look_due()
            except StoreDown as reason:
                self.log("connections_wait", reason=str(reason))
            except Exception as error:  # whatever one channel brings, the others' connections are kept
                self.log("connections_broke", reason=type(error).__name__)
            await self.clock.sleep(PAUSE_S)

    async def finish(self) -> None:
        """Wait for renewals that are under way: a credential that was spent must not be lost with this process."""
        if self._renewing:
            await asyncio.wait(self._renewing, timeout=RENEW_S + 10.0)

    async def look_due(self) -> int:
        """One turn of looks; how many. Raises StoreDown."""
        now = self._now()
        async with self.line.transaction() as connection:
            away = {row[0] for row in await rows_of(connection, AWAY.decode(), {"now": now})}
            resting = away | {name for name, (until, _) in self._rests.items() if until > self.clock.now()}
            due = await directory.claim_probes(connection, now, few(LOOKS_EACH), resting=resting)
            asked = await self._paid(connection, due) if due else []
        await beside_each_other(self._look(one) for one in asked)
        return len(asked)

    async def renew_due(self) -> int:
        """Begin one turn of renewals; how many. Raises StoreDown."""
        now, busy = self._now(), set(self._renewing.values())
        async with self.line.transaction() as connection:
            due = await directory.claim_renewals(connection, now, few(RENEWALS_EACH), resting=busy)
        for one in due:
            task = asyncio.create_task(self._renew(one))
            self._renewing[task] = one.platform
            task.add_done_callback(self._ended)
        return len(due)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._renewing.pop(task, None)
        if not task.cancelled() and (broken := task.exception()) is not None:
            self.log("renewal_broke", reason=type(broken).__name__)

    async def _paid(self, connection: AsyncConnection[Any], due: Sequence[Connection]) -> list[Connection]:
        """Those whose credential may be used now, in the pace that copies share; the others wait for their lease's end."""
        paid = [one for one in due if rate_of(one) < QUOTA_PER_S]
        due = [one for one in due if rate_of(one) >= QUOTA_PER_S]
        keys, now = sorted({one.pace_key for one in due}), self.clock.now()
        await connection.execute(ledger.NEW_BUCKETS, {"keys": keys})
        found = await rows_of(connection, ledger.BUCKETS, {"keys": keys})
        known = {row[0]: Bucket(row[1], row[2]) for row in found}
        for one in due:
            rate = rate_of(one)
            if buckets.earliest(known[one.pace_key], now, rate_per_s=rate, burst=1) <= now:
                known[one.pace_key] = buckets.spend(known[one.pace_key], now, rate_per_s=rate)
                paid.append(one)
        values = {"keys": keys, "tats": [known[key].tat for key in keys]}
        await connection.execute(ledger.WRITE_BUCKETS, values)
        return paid

    async def _look(self, one: Connection) -> None:
        # An account is asked for its limits when it is new, and whenever somebody asks for a check.
        look = await self.looker.verify(one, with_limits=one.checked_at is None)
        now = self._now()
        self._rest(one, look)
        async with self.line.transaction() as connection:
            is_ours = await directory.note_check(connection, one, check_of(one, look, now), now)
            if is_ours and look.found:
                await directory.note_findings(connection, one, look.found, told_of(one), now)
            if is_ours and look.outcome in UNFIT:
                values = {"channel": one.channel_id, "detail": storable(look.detail), "now": now}
                await connection.execute(HOLD, values)
            elif is_ours and look.outcome is ErrandOutcome.VERIFIED:
                await connection.execute(GOES_ON, {"channel": one.channel_id, "now": now})
            if look.calls > 1 and rate_of(one) >= QUOTA_PER_S:
                await self._pay(connection, one, look.calls - 1)
        self.log("looked", channel=one.channel_id, outcome=look.outcome.value, kept=is_ours)
        if look.outcome is ErrandOutcome.VERIFIED:
            self.ring()

    async def _pay(self, connection: AsyncConnection[Any], one: Connection, calls: int) -> None:
        """What the look took beyond its first call."""
        [row] = await rows_of(connection, ledger.BUCKETS, {"keys": [one.pace_key]})
        bucket = Bucket(row[1], row[2])
        for _ in range(calls):
            bucket = buckets.spend(bucket, self.clock.now(), rate_per_s=rate_of(one))
        values = {"keys": [one.pace_key], "tats": [bucket.tat]}
        await connection.execute(ledger.WRITE_BUCKETS, values)

    def _rest(self, one: Connection, look: Look) -> None:
        """A platform that was not reached is left alone for a minute, two ... half an hour, for all of its channels."""
        if look.is_own_server:
            return
        if look.outcome is not ErrandOutcome.NOT_REACHED:
            self._rests.pop(one.platform, None)
            return
        until, times = self._rests.get(one.platform, (0.0, 0))
        if until > self.clock.now():
            return  # another of the same turn has said it
        wait_s = max(look.wait_s, min(REST_MAX_S, REST_S * 2.0 ** min(times, 10)))
        self._rests[one.platform] = (self.clock.now() + wait_s, times + 1)

    async def _renew(self, one: Connection) -> None:
        try:
            renewed = await self.looker.renew(one)
        except NotRenewed as lost:
            await self._not_renewed(one, lost)
            return
        channels = await self._keep(one, renewed)
        for channel_id in channels:
            self.courier.forget(channel_id)
        self.log("renewed", channel=one.channel_id, channels=len(channels), replaced=one.channel_id not in channels)
        self.ring()

    async def _not_renewed(self, one: Connection, lost: NotRenewed) -> None:
        now = self._now()
        again_at = life.renew_again(one.channel_id, one.renew_failures + 1, now, wait_s=lost.wait_s)
        refused_at = now if lost.is_refused else None
        self.log("not_renewed", channel=one.channel_id, refused=lost.is_refused, reason=lost.detail[:200])
        try:
            async with self.line.transaction() as connection:
                await directory.note_not_renewed(
                    connection, one, None if lost.is_refused else again_at, refused_at=refused_at
                )
        except StoreDown as reason:  # its lease ends, and it is tried again
            self.log("connections_wait", reason=str(reason))

    async def _keep(self, one: Connection, renewed: contract.Renewed) -> list[int]:
        """Write it down for every channel that has the same credential; as long as it takes."""
        while True:
            now = self._now()
            try:
                async with self.line.transaction() as connection:
                    boxes = self._boxes(one, await directory.alike(connection, one), renewed, now)
                    kept = await directory.keep_renewed(connection, boxes, now)
                    for channel_id in kept:
                        await connection.execute(GOES_ON, {"channel": channel_id, "now": now})
                return kept
            except StoreDown as reason:
                self.log("renewal_waits", channel=one.channel_id, reason=str(reason))
                await self.clock.sleep(0.5)

    def _boxes(
        self, one: Connection, alike: Sequence[Connection], renewed: contract.Renewed, now: datetime
    ) -> list[directory.NewBox]:
        """One box per channel whose secret was the very one that was renewed."""
        keys, kind = self.looker.keys, registry.adapter(one.adapter, one.platform).credentials_type
        old, boxes, held = keys.open(one.channel_id, one.box, kind).values, [], keys.keys()
        for other in alike:
            if (other.adapter, other.platform) != (one.adapter, one.platform) or not self._is(other, kind, old):
                continue
            key_id = self.key_id if self.key_id in held else other.key_id
            box = keys.seal(other.channel_id, renewed.credentials, key_id=key_id)
            until = renewed.expires_at
            again_at = life.renew_at(other.channel_id, now, until) if until else None
            boxes.append(directory.NewBox(other, box, key_id, until, again_at))
        return boxes

    def _is(self, other: Connection, kind: type, old: object) -> bool:
        try:
            return bool(self.looker.keys.open(other.channel_id, other.box, kind).values == old)
        except NoCredential:
            return False

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)


def few(each: int) -> Callable[[Sequence[Connection]], Sequence[Connection]]:
    """At most so many of one platform, and one of each credential; the longest due first. A server of one's own is a
    platform by itself."""

    def choose(due: Sequence[Connection]) -> Sequence[Connection]:
        chosen: list[Connection] = []
        taken: Counter[str] = Counter()
        for one in due:
            place = one.pace_key if one.adapter in OWN_SERVERS else one.platform
            if taken[place] < each and not taken[one.pace_key]:
                taken.update({place, one.pace_key})
                chosen.append(one)
        return chosen[:20]

    return choose


def check_of(one: Connection, look: Look, now: datetime) -> directory.Check:
    """What is written down of a look, and when the next one and the renewal are due."""
    is_lost = look.outcome is ErrandOutcome.NOT_REACHED
    failures = one.failures + 1 if is_lost else 0
    probe_at: datetime | None = life.next_probe(one.channel_id, now)
    if is_lost:
        probe_at = max(life.probe_again(one.channel_id, failures, now), now + timedelta(seconds=look.wait_s))
    elif look.outcome is ErrandOutcome.NOT_POSSIBLE:
        probe_at = None
    return directory.Check(
        look.outcome, storable(look.detail), min(failures, 1000), probe_at, look.expires_at, _renew_at(one, look)
    )


def _renew_at(one: Connection, look: Look) -> datetime | None:
    """Where the platform told until when the credential holds, and it can be renewed, and nothing is under way."""
    if look.expires_at is None or one.renew_refused_at or one.renew_failures or look.expires_at == one.expires_at:
        return None
    if "renew" not in contract.abilities_of(registry.adapter(one.adapter, one.platform)):
        return None
    return life.renew_at(one.channel_id, one.renewed_at or one.set_at, look.expires_at)


def told_of(one: Connection) -> dict[str, float]:
    """What the platform documents, to stand beside what the account told."""
    try:
        return documented(registry.profile(one.adapter, one.platform))
    except registry.UnknownPlatform:
        return {}
