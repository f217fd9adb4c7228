"""Copies that never go back into the line, in the memory store; store/taking_out.py says the same in SQL."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ravi.delivery import rules
from ravi.delivery.engine.values import Change, Instant
from ravi.delivery.rules import MANUAL, UNSENT, Action, State
from ravi.delivery.store.rows import Row

if TYPE_CHECKING:
    from ravi.delivery.store.memory import MemoryStore

IN_FLIGHT = frozenset({State.CLAIMED, State.SENDING, State.UNKNOWN})


def keep_back(store: "MemoryStore", numbers: Sequence[int], now: Instant) -> int:
    """How many of these might still have gone back into the line."""
    count = 0
    for row in (store.rows[number] for number in numbers):
        waits = row.state in UNSENT and row.sent_maybe
        is_confirmed = row.state is State.SENT and row.order.adapter == MANUAL
        if not (waits or is_confirmed or row.state in IN_FLIGHT):
            continue
        if waits and not _is_removed_next(store, row):
            row.look_at = None
            store.leave(row, State.UNKNOWN, now, "kept_back")
        elif row.is_kept_back:
            continue
        row.is_kept_back, count = True, count + 1
    return count


def becomes(store: "MemoryStore", row: Row, change: Change) -> State:
    """See rules.kept_back; of every other copy what the engine decided."""
    if not row.is_kept_back:
        return change.after
    return rules.kept_back(change.after, change.sent_maybe, is_removed_next=_is_removed_next(store, row))


def _is_removed_next(store: "MemoryStore", row: Row) -> bool:
    later = (store.rows[number] for number in store.changes_of[row.id])
    return any(one.action == Action.DELETE and one.state in UNSENT for one in later)
