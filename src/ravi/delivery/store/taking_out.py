"""The SQL that takes copies out of the line also while an engine holds them: up to the fence, never behind it."""

from collections.abc import Sequence
from datetime import datetime

from ravi.delivery.store import desk

# A claimed copy is held first: the fence that asks for it afterwards finds no claim of its own and does not send.
HOLD_CLAIMED = """
with held as (
    select d.id from delivery_delivery d where d.id = any(%(ids)s) and d.state = 'claimed' and not d.sent_maybe
    order by d.id for update
), changed as (
    update delivery_delivery d set state = 'held', error_code = 'stop', error_detail = '', changed_at = %(now)s
    from held where d.id = held.id returning d.id, d.institution_id, d.channel_id, d.attempt
), freed as (
    update delivery_slot s set busy_id = null, wake_at = least(s.wake_at, %(now)s)
    from changed where s.channel_id = changed.channel_id and (s.busy_id is null or s.busy_id = changed.id)
), written as (
    insert into delivery_ledger (institution_id, delivery_id, at, before, after, cause, code, attempt, owner, by_id)
    select institution_id, id, %(now)s, 'claimed', 'held', 'taken_out', 'stop', attempt, '', %(by)s from changed
)
select id, 'held' from changed
"""


def take_out(cursor: desk.Cursor, ids: Sequence[int], *, by: int | None, now: datetime) -> list[int]:
    """Cancel what no engine has begun to send; the ids. What is behind the fence, or may be out already, stays."""
    desk.change(cursor, HOLD_CLAIMED, ids, by=by, now=now)
    return desk.cancel(cursor, ids, superseded=False, by=by, now=now)
