"""What is known of one change that the platform said yes to, for boards and pages: read, not kept."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from ravi.delivery.read_back.rules import LOOKS_BACK_S, READ_BACK, ReadBackOutcome
from ravi.delivery.rules import State
from ravi.platforms import registry
from ravi.platforms.contract import abilities_of


@cache
def can_read(adapter: str, platform: str) -> bool:
    """Whether a program can read there what stands under one of our own posts."""
    if adapter not in registry.kinds() or registry.is_by_hand(adapter) or platform not in registry.platforms(adapter):
        return False
    return "read" in abilities_of(registry.adapter(adapter, platform))


def outcome_of_copy(delivery: Any, stored: str | None, now: datetime) -> ReadBackOutcome | None:
    """`stored`: what its row says, None where it has none. None for what is no change, or did not go out."""
    if delivery.state != State.SENT or delivery.action not in READ_BACK:
        return None
    if stored:
        return ReadBackOutcome(stored)
    if not can_read(delivery.adapter, delivery.platform):
        return ReadBackOutcome.CANNOT
    is_new = delivery.settled_at is not None and delivery.settled_at > now - timedelta(seconds=LOOKS_BACK_S)
    return ReadBackOutcome.WAITS if is_new else ReadBackOutcome.NOT_READ
