"""What one engine counts of its own work, around its ports: the engine's modules know nothing of it.

The counts travel in `core_pulse` to the web's `/metrics`: engines on other machines need no open port.
"""

import time
from collections import Counter as CountOf
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from ravi.delivery.courier import Courier
from ravi.delivery.engine import values as engine
from ravi.delivery.engine.values import Breaker, Change, Instant, Passer, Picture, Plan, Signals, Ticket
from ravi.delivery.store.postgres import PostgresStore

SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 120.0, 280.0)


@dataclass(slots=True)
class Meter:
    """The counters of one process; they begin at nothing with it."""

    registry: CollectorRegistry = field(default_factory=lambda: CollectorRegistry(auto_describe=True))
    calls: Counter = field(init=False)
    seconds: Histogram = field(init=False)
    claims: Counter = field(init=False)
    refusals: Counter = field(init=False)
    settles: Counter = field(init=False)
    _of_calls: dict[tuple[str, str], tuple[Counter, Histogram]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        own = self.registry
        self.calls = Counter(
            "ravi_calls", "Calls to platforms by what came of them.", ("platform", "outcome"), registry=own
        )
        self.seconds = Histogram(
            "ravi_call_seconds", "How long a call to a platform took.", ("platform",), buckets=SECONDS, registry=own
        )
        self.claims = Counter("ravi_claims", "Copies that this engine took in hand.", registry=own)
        self.refusals = Counter(
            "ravi_fence_refusals", "Copies that the fence held back just before their call.", registry=own
        )
        self.settles = Counter(
            "ravi_settles", "Transitions that this engine wrote, by the state after it.", ("state",), registry=own
        )

    def called(self, platform: str, outcome: str, seconds: float) -> None:
        """One call; to look its two counters up costs more than to count."""
        known = self._of_calls.get((platform, outcome))
        if known is None:
            known = self.calls.labels(platform, outcome), self.seconds.labels(platform)
            self._of_calls[platform, outcome] = known
        known[0].inc()
        known[1].observe(seconds)

    def figures(self) -> dict[str, str]:
        """As `core_pulse` keeps them."""
        return {"text": generate_latest(self.registry).decode()}


@dataclass(slots=True)
class MeasuredStore(PostgresStore):
    """The store, with an eye on what passes."""

    meter: Meter = field(kw_only=True)

    # A dataclass with slots is made twice, so that a bare super() would look for the first one.

    async def claim(self, now: Instant, limit: int, decide: Callable[[Picture], Plan]) -> Sequence[Ticket]:
        tickets = await PostgresStore.claim(self, now, limit, decide)
        self.meter.claims.inc(len(tickets))
        return tickets

    async def begin(self, now: Instant, owner: str, passers: Sequence[Passer]) -> frozenset[int]:
        passed = await PostgresStore.begin(self, now, owner, passers)
        self.meter.refusals.inc(len(passers) - len(passed))
        return passed

    async def settle(
        self, now: Instant, changes: Sequence[Change], signals: Signals, heal: Callable[[Breaker, int, int], Breaker]
    ) -> Sequence[int]:
        applied = await PostgresStore.settle(self, now, changes, signals, heal)
        done = set(applied)
        for state, times in CountOf(change.after for change in changes if change.id in done).items():
            self.meter.settles.labels(state.value).inc(times)
        return applied


@dataclass(slots=True)
class MeasuredCourier(Courier):
    """The way out, with a watch in hand."""

    meter: Meter = field(kw_only=True)

    async def send(self, ready: Any) -> engine.Outcome:
        began = time.perf_counter()
        outcome = await Courier.send(self, ready)
        self.meter.called(ready.head.platform, type(outcome).__name__, time.perf_counter() - began)
        return outcome
