"""Calls addresses: signed, to what egress lets through, bounded in time and size, no redirect followed. No database here."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ravi.api.webhook.rules import ANSWER_S, CONNECT_S, MOST_ANSWER_BYTES, ROUND_S, TryOutcome, outcome_of
from ravi.api.webhook.signature import headers
from ravi.core.egress import Egress
from ravi.platforms.contract import HttpAnswer, HttpPort, NotSent, PlatformError
from ravi.platforms.transport import Timeouts, open_transport

TIMEOUTS = Timeouts(connect_s=CONNECT_S, answer_s=ANSWER_S)
# In flight at once, together and of one address. A call that waited for a connection would be taken for one that failed.
CONNECTIONS, CONNECTIONS_OF_ONE = 100, 5


@dataclass(frozen=True)
class Errand:
    """One call to make. `secrets` are empty where they could not be opened."""

    call_id: int
    webhook_id: int
    institution_id: int
    url: str
    message_id: str
    body: bytes
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class Came:
    """What came of it; `status` 0: no answer."""

    errand: Errand
    outcome: TryOutcome
    status: int = 0
    took_ms: int = 0
    retry_after_s: int = 0

    @property
    def institution_id(self) -> int:
        return self.errand.institution_id


@dataclass(frozen=True)
class Round:
    """What came of those that were called, and those that nobody began to call: they wait for the next round."""

    came: list[Came]
    left: list[Errand]


async def call_all(errands: Sequence[Errand], egress: Egress, now: datetime) -> Round:
    """Side by side, a few at a time of each address; none is begun after ROUND_S: one that hangs keeps no other waiting."""
    until = time.monotonic() + ROUND_S
    everywhere = asyncio.Semaphore(CONNECTIONS)
    gates: dict[int, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(CONNECTIONS_OF_ONE))
    async with open_transport(
        egress, timeouts=TIMEOUTS, max_answer_bytes=MOST_ANSWER_BYTES, connections=CONNECTIONS
    ) as ports:

        async def one(errand: Errand) -> Came | Errand:
            async with gates[errand.webhook_id], everywhere:
                if time.monotonic() >= until:
                    return errand
                return await _call(errand, ports.http, int(now.timestamp()))

        done = await asyncio.gather(*(one(errand) for errand in errands))
    return Round([x for x in done if isinstance(x, Came)], [x for x in done if isinstance(x, Errand)])


async def _call(errand: Errand, http: HttpPort, at_s: int) -> Came:
    if not errand.secrets:
        return Came(errand, TryOutcome.UNSEALED)
    began = time.monotonic()
    signed = headers(errand.secrets, errand.message_id, at_s, errand.body)
    try:
        # An answer that drips is never silent for long.
        async with asyncio.timeout(TIMEOUTS.connect_s + TIMEOUTS.answer_s):
            answer = await http.request("POST", errand.url, headers=signed, body=errand.body)
    except (PlatformError, TimeoutError) as failed:
        outcome = TryOutcome.UNREACHED if isinstance(failed, NotSent) else TryOutcome.SILENT
        return Came(errand, outcome, took_ms=_since(began))
    return Came(errand, outcome_of(answer.status), answer.status, _since(began), _retry_after_s(answer))


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _retry_after_s(answer: HttpAnswer) -> int:
    said = answer.headers.get("retry-after", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0
