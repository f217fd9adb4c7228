"""Asks platforms for numbers: opens the credential, lets the adapter count, and keeps whole numbers only, never an answer."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, cast

from ravi.delivery.counted import Calls, counting
from ravi.delivery.credentials import NoCredential
from ravi.delivery.doors import Doors
from ravi.delivery.engine.ports import StoreDown
from ravi.delivery.readings.plan import Abilities
from ravi.delivery.readings.rules import MOST, Kind
from ravi.delivery.readings.values import Answer, Due, Pace, Question
from ravi.delivery.routes import UnknownRoute
from ravi.platforms import contract, registry

TIMEOUT_S = 120.0  # below the lease of a question
# Between two calls of one question; their number is kept within what the credential may do at once.
STEP_MOST_S = 1.0
OUR_WORDS = frozenset({contract.NO_RIGHTS, contract.NO_CHANNEL, contract.OTHER_ACCOUNT})
_KINDS = {Kind(one.name) for one in fields(contract.Counts)}


def abilities() -> Abilities:
    """Which platforms tell what, and at what pace they may be asked, as their adapters' types and profiles say."""
    counts: dict[tuple[str, str], Pace] = {}
    measures: dict[tuple[str, str], Pace] = {}
    for kind in registry.kinds():
        for platform in registry.platforms(kind):
            able = contract.abilities_of(registry.adapter(kind, platform))
            bucket = registry.profile(kind, platform).bucket
            pace = Pace(bucket.rate_per_s or 1.0, bucket.burst)
            if "count" in able:
                counts[kind, platform] = pace
            if "measure" in able:
                measures[kind, platform] = pace
    return Abilities(counts, measures)


@dataclass(slots=True)
class Reader:
    """The way out for questions. Nothing that a platform answers is raised."""

    doors: Doors

    async def ask(self, question: Question) -> Answer:
        """The numbers, or why there are none. Raises StoreDown."""
        asked = Calls(min(STEP_MOST_S, 1.0 / question.pace.rate_per_s))
        counting.set(asked)
        answer = await self._ask(question)
        return Answer(
            answer.outcome, answer.numbers, answer.told, answer.retry_after_s, answer.code, max(1, asked.calls)
        )

    async def _ask(self, question: Question) -> Answer:
        try:
            async with self.doors.clock.timeout(TIMEOUT_S):
                adapter = await self._adapter(question.first)
                if question.is_of_posts:
                    return await _measured(cast(contract.Measurable, adapter), question)
                return await _counted(cast(contract.Countable, adapter), question)
        except contract.RateLimited as limited:
            return Answer("limited", retry_after_s=limited.retry_after_s, code="rate_limited")
        except contract.Rejected as refused:
            # A platform's own word is not kept, only ours: nothing of an answer but numbers.
            return Answer("failed", code=refused.code if refused.code in OUR_WORDS else "Rejected")
        except (contract.PlatformError, NoCredential, UnknownRoute, registry.UnknownPlatform, TimeoutError) as error:
            return Answer("failed", code=type(error).__name__)
        except StoreDown:
            raise
        except Exception as error:  # whatever a broken server answers to one question, the others go on
            return Answer("failed", code=f"unreadable: {type(error).__name__}"[:60])

    async def _adapter(self, row: Due) -> contract.Adapter:
        return await self.doors.adapter(row.channel_id, row.adapter, row.platform, row.route)


async def _counted(adapter: contract.Countable, question: Question) -> Answer:
    row = question.first
    return _answer({row.id: {Kind.FOLLOWERS: await adapter.count(row.target)}})


async def _measured(adapter: contract.Measurable, question: Question) -> Answer:
    ids = tuple(dict.fromkeys(row.remote_id for row in question.rows))
    found = await adapter.measure(question.first.target, ids)
    return _answer({row.id: _of(found[row.remote_id]) for row in question.rows if row.remote_id in found})


def _of(counts: contract.Counts) -> dict[Kind, int]:
    """What the platform did not tell is left out: it is not 0."""
    told: dict[str, Any] = asdict(counts)
    return {kind: told[kind] for kind in _KINDS if told[kind] is not None}


def _answer(numbers: Mapping[int, Mapping[Kind, int]]) -> Answer:
    for told in numbers.values():
        for value in told.values():
            if type(value) is not int or not 0 <= value <= MOST:
                return Answer("failed", code="no_number")
    return Answer("told", numbers, frozenset(numbers))
