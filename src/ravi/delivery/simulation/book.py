"""The ledger as people and the judge see it, for each of the two stores."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from ravi.delivery.rules import OPEN, State, Verdict
from ravi.delivery.store.memory import MemoryStore
from ravi.delivery.store.orders import Order
from ravi.delivery.store.rows import LedgerLine

_AT_ONCE = 1_000


class Line(NamedTuple):
    """How one copy ended."""

    id: int
    state: State
    code: str
    looks: int


class Book(Protocol):
    """What people do to the ledger, and what stands in it."""

    store: Any

    def order(self, orders: Sequence[Order], now: float) -> list[int]: ...
    def stop(self, scope: str, key: str, institution_id: int | None, removals_too: bool, now: float) -> int: ...
    def lift(self, number: int, now: float) -> int: ...
    def release(self, numbers: Sequence[int], now: float) -> int: ...
    def cancel(self, numbers: Sequence[int], now: float) -> int: ...
    def resolve(self, number: int, verdict: Verdict, now: float) -> None: ...
    def resume_channel(self, channel_id: int, now: float) -> None: ...
    def held(self) -> list[int]: ...
    def on_the_desk(self, since: float) -> list[int]: ...
    def looks(self, number: int) -> int: ...
    def code(self, number: int) -> str: ...
    def is_quiet(self) -> bool: ...
    def lines(self) -> Iterator[Line]: ...
    def counts(self) -> dict[str, int]: ...
    def breaks(self) -> int: ...
    def digest(self) -> str: ...


@dataclass(slots=True)
class Trail:
    """Every ledger line passes here: counted, checked against the one before, folded into a digest, and not kept."""

    states: dict[int, State] = field(default_factory=dict)
    counts: Counter[State] = field(default_factory=Counter)
    held: dict[int, None] = field(default_factory=dict)
    unknown: dict[int, float] = field(default_factory=dict)
    breaks: int = 0
    _hash: Any = field(default_factory=hashlib.blake2b)
    _text: list[str] = field(default_factory=list)

    def append(self, line: LedgerLine) -> None:
        """Take one transition."""
        number, at, before, after, cause, code = line
        if self.states.get(number) is not before:
            self.breaks += 1
        if before is not None:
            self.counts[before] -= 1
        self.counts[after] += 1
        self.states[number] = after
        if before is State.HELD:
            self.held.pop(number, None)
        elif before is State.UNKNOWN:
            self.unknown.pop(number, None)
        if after is State.HELD:
            self.held[number] = None
        elif after is State.UNKNOWN:
            self.unknown[number] = at
        self._text.append(f"{number} {at} {after} {cause} {code}\n")
        if len(self._text) >= _AT_ONCE:
            self._fold()

    def digest(self) -> str:
        """Of every line until now."""
        self._fold()
        return str(self._hash.hexdigest()[:32])

    def _fold(self) -> None:
        self._hash.update("".join(self._text).encode())
        self._text.clear()


class Unkept:
    """A list that nobody reads in a long run."""

    def append(self, _one: object) -> None:
        """Nothing."""


class MemoryBook:
    """Over the store in memory."""

    def __init__(self) -> None:
        self.trail = Trail()
        unkept: Any = Unkept()
        trail: Any = self.trail
        self.store = MemoryStore(ledger=trail, calls=unkept, chain=unkept)

    def order(self, orders: Sequence[Order], now: float) -> list[int]:
        return self.store.web_enqueue(orders, now)

    def stop(self, scope: str, key: str, institution_id: int | None, removals_too: bool, now: float) -> int:
        return self.store.web_stop(scope, key, institution_id, removals_too=removals_too)

    def lift(self, number: int, now: float) -> int:
        return self.store.web_lift(number, now)

    def release(self, numbers: Sequence[int], now: float) -> int:
        return self.store.web_release(numbers, now, now)

    def cancel(self, numbers: Sequence[int], now: float) -> int:
        return self.store.web_cancel(numbers, now)

    def resolve(self, number: int, verdict: Verdict, now: float) -> None:
        self.store.web_resolve(number, verdict, now)

    def resume_channel(self, channel_id: int, now: float) -> None:
        self.store.web_resume_channel(channel_id, now)

    def held(self) -> list[int]:
        return list(self.trail.held)

    def on_the_desk(self, since: float) -> list[int]:
        rows = self.store.rows
        return [one for one, at in self.trail.unknown.items() if at <= since and rows[one].look_at is None]

    def looks(self, number: int) -> int:
        return self.store.rows[number].looks

    def code(self, number: int) -> str:
        return self.store.rows[number].code

    def is_quiet(self) -> bool:
        rows = self.store.rows
        if any(self.trail.counts[state] for state in OPEN):
            return False
        return all(rows[one].look_at is None for one in self.trail.unknown)

    def lines(self) -> Iterator[Line]:
        for row in self.store.rows.values():
            yield Line(row.id, row.state, row.code, row.looks)

    def counts(self) -> dict[str, int]:
        return {state.value: count for state, count in sorted(self.trail.counts.items()) if count}

    def breaks(self) -> int:
        """Transitions without their row, and rows that do not follow from the one before."""
        rows = self.store.rows
        return self.trail.breaks + sum(self.trail.states.get(one) is not rows[one].state for one in rows)

    def digest(self) -> str:
        return self.trail.digest()
