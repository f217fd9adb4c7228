"""When an emergency message is looked at afterwards, by whom, and what may be found. Pure: no database, no clock."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

REVIEW_WITHIN = timedelta(hours=24)
LONGEST_NOTE = 1_000  # characters


class Verdict(StrEnum):
    """What the expert finds."""

    RIGHT = "right"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


class Step(StrEnum):
    """What is told of its hour, one after the other."""

    HALF = "half"
    HOURS = "hours"
    OVERDUE = "overdue"


# How long before the hour; the last step first, since whoever missed one is told only the next.
BEFORE: Mapping[Step, timedelta] = {
    Step.OVERDUE: timedelta(0),
    Step.HOURS: timedelta(hours=2),
    Step.HALF: timedelta(hours=12),
}


def due_of(opened_at: datetime) -> datetime:
    """Until when it is looked at."""
    return opened_at + REVIEW_WITHIN


def step_due(due_at: datetime, told: Collection[str], now: datetime) -> Step | None:
    """The step to tell now; none where it, or a later one, was told."""
    step = next((one for one, before in BEFORE.items() if due_at - before <= now), None)
    order = list(BEFORE)
    if step is None or any(one in told for one in order[: order.index(step) + 1]):
        return None
    return step


def reviewers(experts: Collection[int], filled_by: int, signed_by: Collection[int]) -> frozenset[int]:
    """Who looks at it: an expert who neither filled it in nor signed its words; a signer only where there is nobody else."""
    others = frozenset(experts) - {filled_by}
    return others - frozenset(signed_by) or others


def needs_note(verdict: Verdict) -> bool:
    """Whether whoever wrote it must read why."""
    return verdict is not Verdict.RIGHT
