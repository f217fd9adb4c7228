"""How a rendition is drawn from a kept image, as a value and as the string that names it. Pure; the child process uses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor

# Each step: what is left of the long side, JPEG quality. Below the last quality fewer pixels look better than a worse JPEG.
_QUALITIES = (90, 84, 78, 72)
_SMALLEST_SIDE = 16


@dataclass(frozen=True, slots=True)
class Recipe:
    """A JPEG of at most `side` pixels on its long side and at most `most_bytes`; where `low` and `high` are given, the picture
    is padded until its width to its height lies between them. Nothing is ever cut off."""

    side: int
    most_bytes: int
    low: float = 0.0
    high: float = 0.0

    def __str__(self) -> str:
        shape = f"{self.low!r}:{self.high!r}" if self.high else "any"
        return f"jpeg {self.side} {self.most_bytes} {shape}"

    @classmethod
    def read(cls, said: str) -> Recipe:
        """The recipe that `said` names. Raises ValueError."""
        kind, side, most_bytes, shape = said.split(" ")
        if kind != "jpeg":
            raise ValueError(said)
        low, _colon, high = shape.partition(":")
        bounds = (float(low), float(high)) if high else (0.0, 0.0)
        return cls(int(side), int(most_bytes), *bounds)

    def padded(self, width: int, height: int) -> tuple[int, int]:
        """The sides of the smallest canvas of an allowed shape that holds the whole picture."""
        if not self.high or self.low <= width / height <= self.high:
            return width, height
        if width / height < self.low:
            wider = floor(self.low * height)
            return (wider if wider / height >= self.low else wider + 1), height
        taller = floor(width / self.high)
        return width, (taller if taller and width / taller <= self.high else taller + 1)

    def sides(self, width: int, height: int) -> tuple[int, int]:
        """The sides of what is drawn, as long as its bytes need no smaller picture."""
        return self.padded(*within(width, height, self.side))

    def steps(self, longest: int) -> Iterator[tuple[int, int]]:
        """(long side, JPEG quality), from the best on, for a picture of that long side."""
        side = min(self.side, longest)
        for quality in _QUALITIES:
            yield side, quality
        while side > _SMALLEST_SIDE:
            side = side * 4 // 5
            yield side, _QUALITIES[-1]


def within(width: int, height: int, side: int) -> tuple[int, int]:
    """The sides of the picture once it is no longer than `side`; never enlarged, never without a pixel."""
    longest = max(width, height)
    if longest <= side:
        return width, height
    return max(1, round(width * side / longest)), max(1, round(height * side / longest))
