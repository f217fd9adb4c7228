"""Keeps the steps between calls of one credential also when the engine is late: what was held up does not go in a heap."""

from dataclasses import dataclass, field

from ravi.delivery.engine.values import Instant, Ticket


@dataclass(slots=True)
class Turns:
    """By credential, the start that the last ticket was given and the one that it took.

    Whoever is late keeps `catch_up` of each planned step, and so is on time again after a while.
    """

    catch_up: float
    _last: dict[str, tuple[Instant, Instant]] = field(default_factory=dict)

    def at(self, ticket: Ticket, now: Instant) -> Instant:
        """When this ticket may go: at its start, or as long after the one before as was planned."""
        start_at = ticket.start_at
        at = max(start_at, now)
        if (last := self._last.get(ticket.head.bucket_key)) is None:
            return at
        last_start_at, last_at = last
        return max(at, last_at + self.catch_up * min(abs(start_at - last_start_at), ticket.step_s))

    def take(self, ticket: Ticket, at: Instant) -> Instant:
        """It goes then."""
        self._last[ticket.head.bucket_key] = (ticket.start_at, at)
        return at
