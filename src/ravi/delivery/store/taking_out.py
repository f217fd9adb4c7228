"""The SQL that takes copies out of the line also while an engine holds them, up to the fence; what is behind it, or may be
out already, is kept from coming back."""

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


_REMOVED_NEXT = """
exists (select 1 from delivery_delivery r
    where r.about_id = d.id and r.action = 'delete' and r.state in ('pending', 'held'))
"""
# What waits to be repeated may be out: a person looks, and no program repeats it, unless it is removed next.
LOOK_FIRST = desk.CHANGED_BY_PERSON.format(
    condition=f"d.state in ('held', 'pending') and d.sent_maybe and not {_REMOVED_NEXT}",
    settings="state = 'unknown', unknown_at = coalesce(d.unknown_at, %(now)s), look_at = null, is_kept_back = true",
)
# By hand also what a person confirmed just now: the confirmation may have been a mistake.
KEEP_BACK = """
update delivery_delivery d set is_kept_back = true where d.id = any(%(ids)s) and not d.is_kept_back
    and (d.state in ('claimed', 'sending', 'unknown') or (d.state in ('pending', 'held') and d.sent_maybe)
        or (d.state = 'sent' and d.adapter = 'manual'))
returning d.id
"""
ALLOW_AGAIN = "update delivery_delivery set is_kept_back = false where id = any(%(ids)s) and is_kept_back returning id"


def keep_back(cursor: desk.Cursor, ids: Sequence[int], *, by: int | None, now: datetime) -> list[int]:
    """Whatever comes of them, none of these goes back into the line; the ids of those that still might."""
    looked_for = desk.change(cursor, LOOK_FIRST, ids, cause="kept_back", by=by, now=now)
    cursor.execute(KEEP_BACK, {"ids": list(ids)})
    return sorted({*looked_for, *(int(row[0]) for row in cursor.fetchall())})


def allow_again(cursor: desk.Cursor, ids: Sequence[int]) -> list[int]:
    """The words may go after all; what left the line meanwhile stays out."""
    cursor.execute(ALLOW_AGAIN, {"ids": list(ids)})
    return sorted(int(row[0]) for row in cursor.fetchall())
