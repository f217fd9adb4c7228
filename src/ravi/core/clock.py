"""The web side's only clock; tests and the demo may hold it or walk it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_held: ContextVar[datetime | None] = ContextVar("ravi_held_clock", default=None)


def now() -> datetime:
    """The current moment in UTC, or the moment that `at` holds."""
    return _held.get() or datetime.now(UTC)  # noqa: TID251 -- this is the clock


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` (aware) inside the block."""
    token = _held.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)
