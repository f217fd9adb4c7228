"""Copies that never go back into the line, in the memory store; store/taking_out.py says the same in SQL."""

from collections.abc import Sequence

from ravi.delivery.engine.values import Instant
from ravi.delivery.rules import MANUAL, UNSENT, State
from ravi.delivery.store.memory import MemoryStore

IN_FLIGHT = frozenset({State.CLAIMED, State.SENDING, State.UNKNOWN})


def keep_back(store: MemoryStore, numbers: Sequence[int], now: Instant) -> int:
    """How many of these might still have gone back into the line."""
    count = 0
    for row in (store.rows[number] for number in numbers):
        if row.state in UNSENT and row.sent_maybe:
            row.look_at = None
            store.leave(row, State.UNKNOWN, now, "kept_back")
        elif row.state not in IN_FLIGHT and not (row.state is State.SENT and row.order.adapter == MANUAL):
            continue
        row.is_kept_back, count = True, count + 1
    return count
