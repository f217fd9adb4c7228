"""How fast a server of Mastodon's kind may be asked: fixed windows, as its throttle keeps them, and what its headers tell."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

# How many in how many seconds: https://docs.joinmastodon.org/api/rate-limits/; "statuses" by its source (rate_limiter.rb).
WINDOWS = {"all": (300, 300), "media": (30, 1_800), "delete": (30, 1_800), "statuses": (300, 10_800)}


class TooFast(Exception):
    """The server's "not now", with the headers that say until when."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__("Too many requests")
        self.headers = headers


@dataclass
class Pace:
    """What each token has spent."""

    _spent: defaultdict[tuple[str, str, int], int] = field(default_factory=lambda: defaultdict(int))

    def spend(self, token: str, windows: list[str], now: float) -> dict[str, str]:
        """The headers of the window that is nearest to its end. Raises TooFast."""
        told: list[tuple[int, dict[str, str]]] = []
        for name in windows:
            most, period_s = WINDOWS[name]
            place = (token, name, int(now) // period_s)
            self._spent[place] += 1
            left = most - self._spent[place]
            reset = datetime.fromtimestamp((place[2] + 1) * period_s, UTC)
            headers = {
                "X-RateLimit-Limit": str(most),
                "X-RateLimit-Remaining": str(max(left, 0)),
                "X-RateLimit-Reset": reset.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "Date": datetime.fromtimestamp(now, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"),
            }
            if left < 0:
                raise TooFast(headers)
            told.append((left, headers))
        return min(told, key=lambda one: one[0])[1]
