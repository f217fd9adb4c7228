"""What people did by hand, in the memory store; store/hand.py says the same in SQL."""

from ravi.delivery import rules
from ravi.delivery.engine.values import Instant
from ravi.delivery.rules import MANUAL, Action, Code, State
from ravi.delivery.store.memory import MemoryStore
from ravi.delivery.store.rows import Row

GIVEN_UP = frozenset({State.FAILED, State.MISSED, State.CANCELLED, State.SUPERSEDED})


def done(store: MemoryStore, number: int, now: Instant, *, link: str = "") -> bool:
    """A person did it; False where nobody waits for it, or something forbids it."""
    row = store.rows[number]
    if not _waits(row) or _is_stopped(store, row):
        return False
    is_past = rules.is_stale(now, row.order.valid_until) or row.channel_id in store.closed_channels
    if is_past and row.action != Action.DELETE:
        return False
    return _sent(store, row, now, "done_by_hand", link)


def not_done(store: MemoryStore, number: int, now: Instant, *, reason: str = "") -> bool:
    """A person could not do it."""
    row = store.rows[number]
    if _waits(row):
        store.leave(row, State.FAILED, now, "not_done", code=Code.NOT_DONE, detail=reason)
        return True
    return False


def done_all_the_same(store: MemoryStore, number: int, now: Instant, *, link: str = "") -> bool:
    """What was given up stands there after all; no way round a stop."""
    row = store.rows[number]
    meant = GIVEN_UP if row.action == Action.PUBLISH else GIVEN_UP - {State.CANCELLED, State.SUPERSEDED}
    if row.order.adapter != MANUAL or row.state not in meant or _is_stopped(store, row):
        return False
    return _sent(store, row, now, "done_all_the_same", link)


def taken_back(store: MemoryStore, number: int, now: Instant) -> bool:
    """A confirmation that was a mistake waits again."""
    row = store.rows[number]
    confirmed = [line.at for line in store.ledger if line.delivery_id == number and line.after is State.SENT]
    if (
        row.order.adapter != MANUAL
        or row.state is not State.SENT
        or row.is_kept_back
        or now >= confirmed[-1] + rules.TAKE_BACK_S
    ):
        return False
    later = [other.state for other in store.rows.values() if other.order.about_id == number]
    if any(state not in GIVEN_UP for state in later):
        return False
    row.link = row.remote_id = ""
    store.leave(row, State.HELD, now, "taken_back", code=Code.BY_HAND)
    return True


def _waits(row: Row) -> bool:
    return row.order.adapter == MANUAL and row.state is State.HELD and row.code == Code.BY_HAND


def _is_stopped(store: MemoryStore, row: Row) -> bool:
    return any(rules.covers(stop, row) for stop in store.stops.values())


def _sent(store: MemoryStore, row: Row, now: Instant, cause: str, link: str) -> bool:
    row.link = row.remote_id = link
    store.leave(row, State.SENT, now, cause)
    return True
