"""The due rows of reading back in PostgreSQL, as the engine role. What is decided comes as data; this module only writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ravi.delivery.engine.values import Instant
from ravi.delivery.read_back import statements as sql
from ravi.delivery.read_back.rules import GIVE_UP_S, LOOK_AFTER_S, LOOKS_BACK_S, NEWER_AFTER_S, Next, ReadBackOutcome
from ravi.delivery.readings.plan import Abilities, paid, plan, reading_key
from ravi.delivery.readings.store import SETTLES_WITHIN_S, buckets_of, pairs_of, picture_of
from ravi.delivery.readings.values import Answer, Due, Plan, Question
from ravi.delivery.rules import Action
from ravi.delivery.store import statements as ledger
from ravi.delivery.store.connection import Line, rows_of, storable
from ravi.delivery.store.postgres import moment

SOWN_AT_ONCE = 500
_ENDED = {"removed": ReadBackOutcome.OVER, "not_told": ReadBackOutcome.NOT_READ}


class Change(NamedTuple):
    """What a row is about, beside what decides when it is asked."""

    action: Action
    payload: str
    looks: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows of one channel that are ours to ask about until the question's lease ends."""

    question: Question
    changes: Mapping[int, Change]


@dataclass(slots=True)
class ReadBackStore:
    """Over one connection. Every method is one transaction and raises StoreDown. `route_to`: as a copy would go now."""

    line: Line
    route_to: Any
    _sown_to: Instant = field(default=0.0)

    async def sow(self, now: Instant, able: Abilities) -> int:
        """Due rows for changes that went out since the last time; how many are new."""
        adapters, platforms = pairs_of(able.measures)
        since = max(self._sown_to, now - LOOKS_BACK_S)
        values = {"adapters": adapters, "platforms": platforms, "since": moment(since), "limit": SOWN_AT_ONCE}
        async with self.line.transaction() as connection:
            sown = await connection.execute(sql.SOW, values | {"after_s": LOOK_AFTER_S})
        if sown.rowcount < SOWN_AT_ONCE:
            self._sown_to = now - SETTLES_WITHIN_S
        return sown.rowcount

    async def claim(self, now: Instant, limit: int, able: Abilities) -> Sequence[Asked]:
        """Take rows that are due and may be asked about now, as gently as readings are."""
        async with self.line.transaction() as connection:
            ids = [row[0] for row in await rows_of(connection, sql.DUE, {"now": moment(now), "limit": limit})]
            if not ids:
                return ()
            told = await rows_of(connection, sql.TOLD, {"ids": ids})
            rows = [Due._make(row[:16])._replace(route=self.route_to(row[4])) for row in told]
            changes = {row[0]: Change(Action(row[16]), row[17], row[18]) for row in told}
            made = plan(await picture_of(connection, rows, now), able, now=now)
            if made.buckets:
                tats = [bucket.tat for bucket in made.buckets.values()]
                await connection.execute(ledger.WRITE_BUCKETS, {"keys": list(made.buckets), "tats": tats})
            await connection.execute(sql.MOVE, _moved(made, _given_up(made, rows), now))
        return [Asked(one, {row.id: changes[row.id] for row in one.rows}) for one in made.questions]

    async def settle(self, now: Instant, question: Question, answer: Answer, nexts: Sequence[Next]) -> None:
        """Write what was found of the rows that are still ours, and pay for the calls."""
        key = question.first.bucket_key
        async with self.line.transaction() as connection:
            spent = paid(question, answer, await buckets_of(connection, [key]), now=now)
            values = {"keys": list(spent), "tats": [bucket.tat for bucket in spent.values()]}
            await connection.execute(ledger.WRITE_BUCKETS, values)
            if (own := spent[reading_key(key)]).paused_until > now:
                pause = {"keys": [reading_key(key)], "untils": [own.paused_until]}
                await connection.execute(ledger.PAUSE_BUCKETS, pause)
            lease = {"lease": question.lease_until, "now": moment(now), "later": moment(now + NEWER_AFTER_S)}
            await connection.execute(sql.SETTLE, _columns(nexts) | lease)
            await connection.execute(sql.OVERTAKEN, {"ids": [one.id for one in nexts]})

    async def close(self) -> None:
        """End the connection."""
        await self.line.close()


def _given_up(made: Plan, rows: Sequence[Due]) -> dict[int, str]:
    """What would be put off past its last day, by a hold on its channel or by a key that is missing."""
    return {
        row.id: "held"
        for row in rows
        if row.sent_at is not None and made.postponed.get(row.id, row.sent_at) > row.sent_at + GIVE_UP_S
    }


def _moved(made: Plan, given_up: Mapping[int, str], now: Instant) -> dict[str, Any]:
    later = {row.id: one.lease_until for one in made.questions for row in one.rows} | dict(made.postponed)
    for pk in given_up:
        later.pop(pk, None)
    moved: list[tuple[int, Instant | None, str, str]] = [
        (pk, at, ReadBackOutcome.WAITS, "") for pk, at in later.items()
    ]
    moved += [(pk, None, _ENDED[code], code) for pk, code in made.ended.items()]
    moved += [(pk, None, ReadBackOutcome.NOT_READ, code) for pk, code in given_up.items()]
    ids, ats, outcomes, codes = ([one[place] for one in moved] for place in range(4))
    return {"ids": ids, "ats": ats, "outcomes": outcomes, "codes": codes, "now": moment(now)}


def _columns(nexts: Sequence[Next]) -> dict[str, Any]:
    return {
        "ids": [one.id for one in nexts],
        "ats": [one.due_at for one in nexts],
        "failures": [one.failures for one in nexts],
        "looks": [one.looks for one in nexts],
        "outcomes": [str(one.outcome) for one in nexts],
        "words": [storable(one.words) for one in nexts],
        "codes": [storable(one.code) for one in nexts],
        "looked": [one.has_looked for one in nexts],
    }
