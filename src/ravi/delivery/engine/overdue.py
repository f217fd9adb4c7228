"""Decides what becomes of copies whose last moment has come while they waited; pure."""

from ravi.delivery import rules
from ravi.delivery.engine.values import Change, Instant, Overdue
from ravi.delivery.rules import Code, State


def decide(overdue: Overdue, *, now: Instant) -> Change:
    """Missed, unless an earlier attempt may have published it."""
    return Change(
        id=overdue.id,
        attempt=overdue.attempt,
        before=(overdue.state,),
        after=State.UNKNOWN if overdue.sent_maybe else State.MISSED,
        cause="too_late",
        code=Code.EXPIRED if rules.is_stale(now, overdue.valid_until) else Code.LATE,
        sent_maybe=overdue.sent_maybe,
        look_at=now if overdue.sent_maybe else None,
    )
