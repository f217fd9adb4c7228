"""The due rows and the readings in PostgreSQL, as the engine role. What is decided comes as data; this module only writes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ravi.delivery.engine.values import Breaker, Bucket, Instant
from ravi.delivery.readings import rules
from ravi.delivery.readings import statements as sql
from ravi.delivery.readings.plan import Abilities, after, paid, reading_key
from ravi.delivery.readings.values import Answer, Due, Next, Picture, Plan, Question
from ravi.delivery.routes import DIRECT
from ravi.delivery.store import statements as ledger
from ravi.delivery.store.connection import Line, rows_of, storable
from ravi.delivery.store.postgres import moment

SOWN_AT_ONCE = 500
# A copy that settled so long ago stands in the ledger for everybody.
SETTLES_WITHIN_S = 600.0


@dataclass(slots=True)
class ReadingStore:
    """Over one connection. Every method is one transaction and raises StoreDown. `route_to`: the way to a platform as it
    is chosen now; a number takes no other one either."""

    line: Line
    route_to: Callable[[str], str] = field(default=lambda _platform: DIRECT)
    _sown_to: tuple[Instant, int] | None = None

    async def sow(self, now: Instant, able: Abilities) -> int:
        """Due rows for channels and for copies that went out since the last time; how many are new."""
        oldest = now - rules.AFTER_SENDING_S[-1]
        since, number = self._sown_to or (oldest, 0)
        adapters, platforms = pairs_of(able.measures)
        async with self.line.transaction() as connection:
            asked = {"adapters": adapters, "platforms": platforms}
            values = asked | {"since": moment(since), "number": number, "limit": SOWN_AT_ONCE}
            sent = await rows_of(connection, sql.SENT, values)
            new = [(row[0], at) for row in sent if (at := rules.first_of_post(row[1], now)) is not None]
            sown = await connection.execute(
                sql.SOW_POSTS, {"ids": [one[0] for one in new], "ats": [one[1] for one in new]}
            )
            adapters, platforms = pairs_of(able.counts)
            of_channels = await connection.execute(
                sql.SOW_CHANNELS, {"adapters": adapters, "platforms": platforms, "now": moment(now)}
            )
        if len(sent) == SOWN_AT_ONCE:
            self._sown_to = (sent[-1][2], sent[-1][0])
        else:
            self._sown_to = (max(since, now - SETTLES_WITHIN_S), 0)
        return sown.rowcount + of_channels.rowcount

    async def claim(self, now: Instant, limit: int, decide: Callable[[Picture], Plan]) -> Sequence[Question]:
        """Lock up to `limit` rows that are due, show them to `decide`, write its plan; the questions to ask."""
        async with self.line.transaction() as connection:
            ids = [row[0] for row in await rows_of(connection, sql.DUE, {"now": moment(now), "limit": limit})]
            if not ids:
                return ()
            told = [Due._make(row) for row in await rows_of(connection, sql.TOLD, {"ids": ids})]
            rows = [row._replace(route=self.route_to(row.platform)) for row in told]
            made = decide(await picture_of(connection, rows, now))
            if made.buckets:
                tats = [bucket.tat for bucket in made.buckets.values()]
                await connection.execute(ledger.WRITE_BUCKETS, {"keys": list(made.buckets), "tats": tats})
            moved = [Next(one, at, -1, "") for one, at in made.postponed.items()]
            moved += [Next(one, None, -1, code) for one, code in made.ended.items()]
            moved += [
                Next(row.id, question.lease_until, -1, "") for question in made.questions for row in question.rows
            ]
            await connection.execute(sql.MOVE, _moves(moved, now))
        return made.questions

    async def settle(self, now: Instant, question: Question, answer: Answer) -> None:
        """Keep the numbers of the rows that are still ours, and say when each is due again."""
        told = [(row, kind.value, value) for row, numbers in answer.numbers.items() for kind, value in numbers.items()]
        key = question.first.bucket_key
        async with self.line.transaction() as connection:
            known = await buckets_of(connection, [key])
            spent = paid(question, answer, known, now=now)
            values = {"keys": list(spent), "tats": [bucket.tat for bucket in spent.values()]}
            await connection.execute(ledger.WRITE_BUCKETS, values)
            if spent[reading_key(key)].paused_until > now:
                pause = {"keys": [reading_key(key)], "untils": [spent[reading_key(key)].paused_until]}
                await connection.execute(ledger.PAUSE_BUCKETS, pause)
            values = _moves(after(question, answer, now=now), now) | {
                "lease": question.lease_until,
                "of": [one[0] for one in told],
                "kinds": [one[1] for one in told],
                "numbers": [one[2] for one in told],
            }
            await connection.execute(sql.SETTLE, values)

    async def close(self) -> None:
        """End the connection."""
        await self.line.close()


async def picture_of(connection: Any, rows: Sequence[Due], now: Instant) -> Picture:
    """Their credentials' paces and troubles; locks the buckets."""
    keys = sorted({row.bucket_key for row in rows})
    busy = await rows_of(connection, sql.BUSY, {"soon": moment(now + rules.QUIET_S)})
    ways = sorted({(row.platform, row.route) for row in rows})
    values = {"platforms": [way[0] for way in ways], "routes": [way[1] for way in ways]}
    breakers = await rows_of(connection, ledger.BREAKERS, values)
    return Picture(
        rows,
        await buckets_of(connection, keys),
        {(row[0], row[1]): Breaker(*row[2:]) for row in breakers},
        frozenset(row[0] for row in busy),
    )


async def buckets_of(connection: Any, keys: Iterable[str]) -> dict[str, Bucket]:
    """Those of the credentials and those of their readings, in the order in which the engine locks them."""
    both = sorted({name for key in keys for name in (key, reading_key(key))})
    await connection.execute(ledger.NEW_BUCKETS, {"keys": both})
    return {row[0]: Bucket(row[1], row[2]) for row in await rows_of(connection, ledger.BUCKETS, {"keys": both})}


def pairs_of(able: Mapping[tuple[str, str], Any]) -> tuple[list[str], list[str]]:
    """Adapters and their platforms, as two columns."""
    return [adapter for adapter, _platform in able], [platform for _adapter, platform in able]


def _moves(moved: Sequence[Next], now: Instant) -> dict[str, Any]:
    return {
        "ids": [one.id for one in moved],
        "ats": [one.due_at for one in moved],
        "failures": [one.failures for one in moved],
        "codes": [storable(one.code) for one in moved],
        "now": moment(now),
    }
