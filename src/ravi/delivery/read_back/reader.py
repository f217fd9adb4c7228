"""Asks platforms what stands under our own remote ids: lets the adapter read and compare, and keeps nothing else of it."""

from dataclasses import dataclass
from typing import cast

from ravi.delivery.counted import Calls, counting
from ravi.delivery.credentials import NoCredential
from ravi.delivery.doors import Doors
from ravi.delivery.engine.ports import StoreDown
from ravi.delivery.engine.values import Instant
from ravi.delivery.payload import read_payload
from ravi.delivery.read_back.rules import Next, looked, not_looked
from ravi.delivery.read_back.store import Asked, Change
from ravi.delivery.readings.plan import Abilities
from ravi.delivery.readings.reader import OUR_WORDS, STEP_MOST_S, TIMEOUT_S
from ravi.delivery.readings.values import Answer, Due, Pace
from ravi.delivery.routes import UnknownRoute
from ravi.platforms import contract, registry


def abilities() -> Abilities:
    """Which platforms' programs can read their own posts again, at what pace."""
    found: dict[tuple[str, str], Pace] = {}
    for kind in registry.kinds():
        for platform in registry.platforms(kind):
            if "read" in contract.abilities_of(registry.adapter(kind, platform)):
                bucket = registry.profile(kind, platform).bucket
                found[kind, platform] = Pace(bucket.rate_per_s or 1.0, bucket.burst)
    return Abilities({}, found)


@dataclass(frozen=True, slots=True)
class Missed:
    """Why there is no answer."""

    code: str
    wait_s: float = 0.0


@dataclass(slots=True)
class WordReader:
    """The way out. Nothing that a platform answers is raised."""

    doors: Doors

    async def ask(self, asked: Asked, now: Instant) -> tuple[Answer, list[Next]]:
        """What becomes of each row; after a "not now", or when its time is over, nothing more is asked. Raises StoreDown."""
        counted = Calls(min(STEP_MOST_S, 1.0 / asked.question.pace.rate_per_s))
        counting.set(counted)
        nexts: list[Next] = []
        missed: Missed | None = None
        until = self.doors.clock.now() + TIMEOUT_S
        for row in asked.question.rows:
            change = asked.changes[row.id]
            left_s = until - self.doors.clock.now()
            is_over = left_s <= 0 or (missed is not None and missed.wait_s > 0)
            found = (missed or Missed("TimeoutError")) if is_over else await self._read(row, change, left_s)
            missed = found if isinstance(found, Missed) else missed
            nexts.append(_next(row, change, found, now))
        return _answer(missed, max(1, counted.calls)), nexts

    async def _read(self, row: Due, change: Change, left_s: float) -> contract.Standing | Missed | None:
        try:
            async with self.doors.clock.timeout(left_s):
                adapter = await self.doors.adapter(row.channel_id, row.adapter, row.platform, row.route)
                readable = cast(contract.Readable, adapter)
                return await readable.read(row.target, row.remote_id, sent_content(change.payload))
        except contract.RateLimited as limited:
            return Missed("rate_limited", max(1.0, limited.retry_after_s))
        except contract.Rejected as refused:
            return Missed(refused.code if refused.code in OUR_WORDS else "Rejected")
        except (contract.PlatformError, NoCredential, UnknownRoute, registry.UnknownPlatform, TimeoutError) as error:
            return Missed(type(error).__name__)
        except StoreDown:
            raise
        except Exception as error:  # whatever a broken server answers to one question, the others go on
            return Missed(f"unreadable: {type(error).__name__}"[:60])


def sent_content(payload: str) -> contract.Content:
    """The words that were sent, and how many files went with them; no bytes."""
    said = read_payload(payload)
    return contract.Content(
        text=said["text"],
        title=said["title"],
        link=said["link"],
        lang=said["lang"],
        media=tuple(contract.MediaItem(one["sha256"], one["media_type"], one["alt"]) for one in said["media"]),
        marks=tuple(contract.Mark(**entity) for entity in said["entities"]),
    )


def _answer(missed: Missed | None, calls: int) -> Answer:
    """For the pace: as a question for numbers that came to the same."""
    if missed is None:
        return Answer("told", calls=calls)
    return Answer("limited" if missed.wait_s else "failed", retry_after_s=missed.wait_s, code=missed.code, calls=calls)


def _next(row: Due, change: Change, found: contract.Standing | Missed | None, now: Instant) -> Next:
    if isinstance(found, Missed):
        changed_at = row.sent_at if row.sent_at is not None else row.due_at
        return not_looked(row.id, change.looks, row.failures, found.code, now, changed_at, found.wait_s)
    return looked(row.id, change.looks, change.action, found, now)
