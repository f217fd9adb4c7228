"""The engine's whole world: a clock, chance, a store and a way out. Simulation and production differ only here."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from ravi.delivery.engine.values import (
    Breaker,
    Case,
    Change,
    Finding,
    Instant,
    Leased,
    Means,
    Outcome,
    Overdue,
    Passer,
    Picture,
    Plan,
    Signals,
    Ticket,
)


class StoreDown(Exception):
    """The store did not answer, or not in time. Whether the last write was kept is not known."""


class StoreRefused(StoreDown):
    """The store answered that it cannot hold what it was given; nothing of it was kept."""


class Clock(Protocol):
    """Time. `timeout` raises TimeoutError inside its block."""

    def now(self) -> Instant: ...

    async def sleep(self, seconds: float) -> None: ...

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[Any]: ...


class Random(Protocol):
    """Chance, for jitter only."""

    def uniform(self, low: float, high: float) -> float: ...


class Store(Protocol):
    """The ledger. Every method is one transaction and raises StoreDown; `now` is always the engine's."""

    async def claim(self, now: Instant, limit: int, decide: Callable[[Picture], Plan]) -> Sequence[Ticket]:
        """Lock up to `limit` free channels, show them to `decide`, write its plan; the tickets that were written."""
        ...

    async def begin(self, now: Instant, owner: str, passers: Sequence[Passer]) -> frozenset[int]:
        """The fence: claimed -> sending where everything still holds. The ids."""
        ...

    async def settle(
        self, now: Instant, changes: Sequence[Change], signals: Signals, heal: Callable[[Breaker, int, int], Breaker]
    ) -> Sequence[int]:
        """Apply what still fits, free the channels, note paces and health, link the audit chain. The ids. Raises
        StoreRefused where one change can never be kept."""
        ...

    async def reap(self, now: Instant, limit: int, decide: Callable[[Leased], Change]) -> Sequence[int]:
        """Every claimed or sending copy whose lease ended goes where `decide` says."""
        ...

    async def sweep(self, now: Instant, limit: int, decide: Callable[[Overdue], Change]) -> Sequence[int]:
        """Every waiting or held copy whose last moment has come goes where `decide` says."""
        ...

    async def look(self, now: Instant, until: Instant, limit: int) -> Sequence[Case]:
        """Unknown copies whose look is due; nobody else gets them before `until`."""
        ...

    async def mend(self, now: Instant) -> int:
        """Wake channels that wait with work and free channels that nothing occupies. How many needed it."""
        ...

    async def beat(self, now: Instant, owner: str, in_hand: int, ended: bool) -> Mapping[str, Instant]:
        """Say that this engine lives, or that it has ended; the others that have said a later moment, and which."""
        ...


class Transport(Protocol):
    """The way out. No method raises for what a platform or network does; everything is an Outcome or a Finding."""

    def means(self, adapter: str, platform: str) -> Means: ...

    async def prepare(self, ticket: Ticket) -> "Ready | Outcome":
        """Open credentials, read media: whatever can fail before the fence fails here, provably unsent."""
        ...

    async def send(self, ready: "Ready") -> Outcome:
        """The one call."""
        ...

    async def find(self, case: Case) -> Finding:
        """Read back whether a publish under this key exists."""
        ...


class Ready(Protocol):
    """A prepared call. `scope` names the credential that a key is bound to, "" where it is not. `own_server`: it goes to
    another server than its platform's, so it says nothing of the others. `size_bytes`: what it uploads beside its words."""

    @property
    def scope(self) -> str: ...

    @property
    def own_server(self) -> bool: ...

    @property
    def size_bytes(self) -> int: ...


class Log(Protocol):
    """One line per event: ids and states, never text or secrets."""

    def __call__(self, event: str, /, **facts: object) -> None: ...
