"""A channel's followers over time as a small drawing, with a table that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ravi.core import calendar
from ravi.delivery.models import Reading

WIDTH, HEIGHT, EDGE = 320, 96, 6


@dataclass(frozen=True)
class Curve:
    """`points` for an SVG polyline of WIDTH × HEIGHT; time goes as the numbers of the axis do, from left to right."""

    points: str
    last: tuple[str, str]
    low: int
    high: int
    since: datetime
    until: datetime
    rows: Sequence[Reading]

    width, height = WIDTH, HEIGHT

    @property
    def change(self) -> str:
        """+۱۲ or −۳, between the first and the last."""
        grown = self.rows[0].value - self.rows[-1].value
        return f"{'+' if grown > 0 else '−' if grown < 0 else ''}{calendar.number(abs(grown))}"


def curve(readings: Sequence[Reading]) -> Curve | None:
    """None where two points do not stand apart in time. `rows` come the newest first."""
    if len(readings) < 2 or readings[0].taken_at == readings[-1].taken_at:
        return None
    low, high = min(one.value for one in readings), max(one.value for one in readings)
    since, until = readings[0].taken_at, readings[-1].taken_at
    span_s = (until - since).total_seconds()
    places = [
        (
            f"{EDGE + (WIDTH - 2 * EDGE) * (one.taken_at - since).total_seconds() / span_s:.1f}",
            f"{HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * ((one.value - low) / (high - low) if high > low else 0.5):.1f}",
        )
        for one in readings
    ]
    points = " ".join(f"{x},{y}" for x, y in places)
    return Curve(points, places[-1], low, high, since, until, list(reversed(readings)))
