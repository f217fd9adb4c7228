"""Keeps the steps between calls of one credential also when the engine is late: what was held up does not go in a heap."""

from dataclasses import dataclass, field

from ravi.delivery.engine.values import Instant, Ticket


@dataclass(slots=True)
class Turns:
    """By credential, the start that the last ticket was given and the one that it took."""

    _last: dict[str, tuple[Instant, Instant]] = field(default_factory=dict)

    def take(self, ticket: Ticket, now: Instant) -> Instant:
        """When this ticket may ask for the fence: at its start, or as long after the one before as was planned."""
        key, start_at = ticket.head.bucket_key, ticket.start_at
        at = max(start_at, now)
        if key in self._last:
            last_start_at, last_at = self._last[key]
            at = max(at, last_at + min(abs(start_at - last_start_at), ticket.step_s))
        self._last[key] = (start_at, at)
        return at
