"""Rows that are due, made by hand for tests of what is decided over them."""

from itertools import count
from typing import Any

from ravi.delivery.readings.plan import Abilities
from ravi.delivery.readings.values import Due, Pace, Picture

NOW = 1_790_000_000.0
FAST, SLOW = Pace(28.2, 1), Pace(0.9, 30)
ABLE = Abilities({("sandbox", "telegram"): FAST, ("sandbox", "mastodon"): SLOW}, {("sandbox", "mastodon"): SLOW})
_numbers = count(1)


def due(channel: int = 1, platform: str = "mastodon", **wanted: Any) -> Due:
    """A channel's followers; with `post` that post's numbers."""
    number = next(_numbers)
    post = wanted.pop("post", None)
    plain: dict[str, Any] = {
        "id": number,
        "institution_id": 1,
        "channel_id": channel,
        "delivery_id": post,
        "platform": platform,
        "adapter": "sandbox",
        "target": f"{platform}/x{channel}",
        "route": "direct",
        "remote_id": str(post or ""),
        "sent_at": NOW - 3600 if post else None,
        "due_at": NOW,
        "failures": 0,
        "bucket_key": f"channel:{channel}",
        "channel_open": True,
        "is_held": False,
        "is_over": False,
    }
    return Due(**(plain | wanted))


def picture(*rows: Due, **wanted: Any) -> Picture:
    plain: dict[str, Any] = {"rows": rows, "buckets": {}, "breakers": {}, "busy": frozenset()}
    return Picture(**(plain | wanted))
