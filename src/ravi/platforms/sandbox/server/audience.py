"""A made-up audience: how many follow a channel, and what becomes of its posts; the same for the same names and moments.

Numbers only: nobody stands behind them, so nobody can be named.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from datetime import UTC, datetime

from ravi.platforms.sandbox.server.limits import RULES
from ravi.platforms.sandbox.server.world import Channel, Post

_BEGINNING = datetime(2026, 3, 21, tzinfo=UTC)  # a new year's day: the channels are as old as it
_SHARE = {"views": 0.4, "reactions": 0.03, "shares": 0.01, "replies": 0.006}  # of those who follow, in the end
_HALF_S = {"views": 5 * 3600, "reactions": 7 * 3600, "shares": 10 * 3600, "replies": 18 * 3600}


def members(channel: Channel, now: datetime) -> int:
    """Grows from day to day, faster in some weeks than in others, and loses a few in between."""
    place = f"{channel.platform}/{channel.handle}"
    days = max(0.0, (now - _BEGINNING).total_seconds() / 86_400)
    start, daily = 200 + _chance(place, "start") * 1_300, 0.3 + _chance(place, "daily") * 3
    wave = math.sin(days / 5 + _chance(place, "wave") * 6) * daily * 2
    return max(0, round(start + daily * days + wave))


def numbers(channel: Channel, post: Post, now: datetime) -> Mapping[str, int]:
    """What the played platform tells of the post: quickly more at first, then hardly any more; never fewer."""
    place = f"{channel.platform}/{channel.handle}/{post.n}"
    age_s = max(0.0, (now - post.at).total_seconds())
    audience = members(channel, post.at)
    return {
        kind: int(audience * _SHARE[kind] * (0.4 + 1.2 * _chance(place, kind)) * (1 - 0.5 ** (age_s / _HALF_S[kind])))
        for kind in sorted(RULES[channel.platform].tells)
    }


def _chance(*names: str) -> float:
    """From 0 to 1, always the same for the same names."""
    return int.from_bytes(hashlib.sha256("|".join(names).encode()).digest()[:6], "big") / 2**48
