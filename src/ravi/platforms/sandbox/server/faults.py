"""The misfortunes that can be switched on, all off at first; they strike by counting, so that a run can be repeated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Faults:
    """`*_every` n strikes every n-th write (publish, edit, delete, pin) in scope; 0 is never.

    Without effect: rate_limit_every (429), error_every (503), refuse_for_s (no listener at all for that long).
    Said to be done and not done: deaf_every (200 to an edit or a removal that changes nothing).
    Of readings: reading_limited_every (429 to every n-th question for numbers or words).
    With effect: lose_answers_every (silence for silence_s), reset_every (RST), error_after_every (502),
    html_every (200 and a page). delay_ms is spent half before and half after the effect. enforce_gap_s answers 429 to a
    write that comes sooner than that after the channel's last one.
    """

    delay_ms: int = 0
    rate_limit_every: int = 0
    retry_after_s: int = 1
    enforce_gap_s: float = 0.0
    error_every: int = 0
    lose_answers_every: int = 0
    silence_s: float = 60.0
    reset_every: int = 0
    error_after_every: int = 0
    html_every: int = 0
    deaf_every: int = 0
    reading_limited_every: int = 0
    refuse_for_s: float = 0.0
    only_platform: str = ""
    only_handle: str = ""

    @classmethod
    def parse(cls, data: object) -> Faults:
        """Raise ValueError for an unknown name or a value of the wrong kind."""
        if not isinstance(data, Mapping):
            raise ValueError("faults are an object")
        known: dict[str, Any] = {f.name: f.default for f in fields(cls)}
        for name, value in data.items():
            if name not in known:
                raise ValueError(f"there is no fault named {name!r}")
            numeric = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
            wanted = known[name]
            if not (isinstance(value, str) if isinstance(wanted, str) else numeric):
                raise ValueError(f"{name} cannot be {value!r}")
        return cls(**data)

    def covers(self, platform: str, handle: str) -> bool:
        return self.only_platform in ("", platform) and self.only_handle in ("", handle)


BEFORE = ("rate_limit", "error")
INSTEAD = ("deaf",)
AFTER = ("lose_answers", "reset", "error_after", "html")


class Strikes:
    """Counts writes and says which fault, if any, this one meets."""

    def __init__(self) -> None:
        self.faults = Faults()
        self._count = 0
        self._readings = 0

    def set(self, faults: Faults) -> None:
        self.faults = faults
        self._count = self._readings = 0

    def next(self, platform: str, handle: str) -> str:
        if not self.faults.covers(platform, handle):
            return ""
        self._count += 1
        for name in (*BEFORE, *INSTEAD, *AFTER):
            every = getattr(self.faults, f"{name}_every")
            if every and self._count % every == 0:
                return name
        return ""

    def limits_reading(self, platform: str, handle: str) -> bool:
        """Whether this question for numbers meets a 429."""
        if not self.faults.covers(platform, handle):
            return False
        self._readings += 1
        every = int(self.faults.reading_limited_every)
        return bool(every) and self._readings % every == 0

    def delay_s(self, platform: str, handle: str) -> float:
        return self.faults.delay_ms / 1000 if self.faults.covers(platform, handle) else 0.0
