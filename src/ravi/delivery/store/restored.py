"""The ledger's SQL for the one moment after a restore: nothing that stood in line may go by itself any more.

The backup does not know what happened after it was taken: a copy in line may have gone out, been moved or been taken
out since. What was due is `unknown` (read back where the platform can, and never late enough to repeat by itself: its
`miss_at` is now); what lies in the future, or was held, waits as `held` for a person.
"""

from datetime import datetime

from ravi.delivery.store.desk import Cursor
from ravi.delivery.store.statements import CLOSE_FENCE

SETTLE_AGAIN = """
with old as (
    select d.id, d.state as before,
        case when d.state in ('sending', 'unknown') or d.is_kept_back then 'unknown'
            when d.state in ('pending', 'claimed') and d.due_at <= %(now)s then 'unknown' else 'held' end as after
    from delivery_delivery d
    where d.institution_id = %(institution)s and d.state in ('pending', 'claimed', 'sending', 'unknown', 'held')
    order by d.id for update
), changed as (
    update delivery_delivery d set state = old.after, changed_at = %(now)s, lease_until = null, owner = '',
        error_code = case when d.error_code = 'credentials_refused' then d.error_code else 'restored' end,
        error_detail = '',
        sent_maybe = d.sent_maybe or old.after = 'unknown',
        unknown_at = case when old.after = 'unknown' then coalesce(d.unknown_at, %(now)s) else d.unknown_at end,
        look_at = case when old.before = 'unknown' then d.look_at
            when old.after = 'unknown' and d.action = 'publish' then %(now)s end,
        looks = case when old.after = 'unknown' then 0 else d.looks end,
        miss_at = case when old.after = 'unknown' then least(d.miss_at, %(now)s) else d.miss_at end
    from old where d.id = old.id
    returning d.id, d.institution_id, d.attempt, old.before, old.after
), written as (
    insert into delivery_ledger (institution_id, delivery_id, at, before, after, cause, code, attempt, owner)
    select institution_id, id, %(now)s, before, after, 'restored', 'restored', attempt, '' from changed
    where before <> after
)
select id, after from changed order by id
"""
EMPTY_SLOTS = "update delivery_slot set busy_id = null, wake_at = null where institution_id = %(institution)s"
# Engines of another time: their heartbeats, their paces and what they thought of the platforms.
FORGET = ("delete from delivery_worker", "delete from delivery_bucket", "delete from delivery_breaker")


def settle_again(cursor: Cursor, institution_id: int, *, now: datetime) -> dict[str, list[int]]:
    """Take everything out of the line of one institution: the ids that are `unknown` and those that are `held` now."""
    cursor.execute(CLOSE_FENCE)
    values = {"institution": institution_id, "now": now}
    cursor.execute(SETTLE_AGAIN, values)
    found: dict[str, list[int]] = {"unknown": [], "held": []}
    for number, after in cursor.fetchall():
        found[after].append(int(number))
    cursor.execute(EMPTY_SLOTS, values)
    return found


def forget_engines(cursor: Cursor) -> None:
    """No engine of the backup's time is alive."""
    for statement in FORGET:
        cursor.execute(statement)
