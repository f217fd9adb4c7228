"""What is known of one change that the platform said yes to, for boards and pages: read, not kept."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from ravi.delivery.read_back.rules import CASES, LOOKS_BACK_S, READ_BACK, ReadBackOutcome
from ravi.delivery.rules import MANUAL, State
from ravi.platforms import registry
from ravi.platforms.contract import abilities_of


@cache
def can_read(adapter: str, platform: str) -> bool:
    """Whether a program can read there what stands under one of our own posts."""
    if adapter not in registry.kinds() or registry.is_by_hand(adapter) or platform not in registry.platforms(adapter):
        return False
    return "read" in abilities_of(registry.adapter(adapter, platform))


def outcome_of_copy(
    delivery: Any, stored: str | None, now: datetime, *, is_settled: bool = False
) -> ReadBackOutcome | None:
    """`stored`: what its row says, None where it has none; `is_settled`: a person has dealt with it. None for what is no
    change, or did not go out, or is the word of the person who did it."""
    if delivery.state != State.SENT or delivery.action not in READ_BACK:
        return None
    is_new = delivery.settled_at is not None and delivery.settled_at > looks_back_to(now)
    return outcome_of_change(stored, delivery.adapter, delivery.platform, is_new=is_new, is_settled=is_settled)


def outcome_of_change(
    stored: str | None, adapter: str, platform: str, *, is_new: bool, is_settled: bool = False
) -> ReadBackOutcome | None:
    """The same of a change that went out; `is_new`: it is still looked at by itself."""
    if adapter == MANUAL:
        return None
    if stored:
        found = ReadBackOutcome(stored)
        return ReadBackOutcome.SETTLED if is_settled and found in CASES else found
    if not can_read(adapter, platform):
        return ReadBackOutcome.CANNOT
    return ReadBackOutcome.WAITS if is_new else ReadBackOutcome.NOT_LOOKED


def looks_back_to(now: datetime) -> datetime:
    """What went out before this moment is not looked at by itself any more."""
    return now - timedelta(seconds=LOOKS_BACK_S)
