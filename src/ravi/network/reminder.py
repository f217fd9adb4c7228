"""When a unit is reminded of an offer, and when headquarters hears that it is late. Pure: no database, no clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class Step(StrEnum):
    """What is told of a deadline, one after the other."""

    DAY = "day"
    HOURS = "hours"
    LATE = "late"


# How long before the deadline; the last step first, since whoever missed one is told only the next.
BEFORE: Mapping[Step, timedelta] = {
    Step.LATE: timedelta(0),
    Step.HOURS: timedelta(hours=2),
    Step.DAY: timedelta(hours=24),
}
# What passed so long ago is no news: the board says it.
OLD = timedelta(days=7)


def step_due(offered_at: datetime, deadline: datetime, now: datetime) -> Step | None:
    """The step whose time has come last. One that had passed before the offer was made is none."""
    for step, before in BEFORE.items():
        if deadline - before <= now:
            is_news = offered_at <= deadline - before and now - deadline <= OLD
            return step if is_news else None
    return None
