"""The ledger's SQL for the web's side: ordering, stopping, releasing, cancelling, resolving.

Called by services with Django's cursor and by tests with psycopg's, inside the caller's transaction. Moments are aware
datetimes.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from ravi.delivery.rules import State, Verdict
from ravi.delivery.store.orders import Order
from ravi.delivery.store.scopes import COVERED_BY_ONE, COVERS, STOPPED
from ravi.delivery.store.statements import CLOSE_FENCE


class Cursor(Protocol):
    """What psycopg's and Django's cursors share."""

    def execute(self, query: Any, params: Any = None) -> Any: ...

    def fetchall(self) -> list[tuple[Any, ...]]: ...

    @property
    def rowcount(self) -> int: ...


_ORDER_TYPES = {
    "institution_id": "bigint",
    "unit_id": "bigint",
    "campaign_id": "bigint",
    "post_id": "bigint",
    "channel_id": "bigint",
    "platform": "text",
    "adapter": "text",
    "route": "text",
    "target": "text",
    "bucket_key": "text",
    "lane": "smallint",
    "action": "text",
    "payload": "text",
    "content_hash": "text",
    "approved_hash": "text",
    "lateness_limit_s": "int",
    "key": "text",
    "about_id": "bigint",
    "reply_id": "bigint",
    "topic": "text",
}
_COLUMNS = ", ".join(_ORDER_TYPES)
_ARRAYS = ", ".join(f"%({name})s::{kind}[]" for name, kind in _ORDER_TYPES.items())
_MOMENTS = "%(due_at)s::float8[], %(valid_until)s::float8[], %(miss_at)s::float8[]"

ENQUEUE = f"""
with v as (
    select * from unnest({_ARRAYS}, {_MOMENTS})
        with ordinality as v({_COLUMNS}, due_at, valid_until, miss_at, place)
), ordered as (
    insert into delivery_delivery ({_COLUMNS}, due_at, valid_until, miss_at, state, attempt, owner, sent_maybe,
        key_scope, looks, remote_id, link, error_code, error_detail, ordered_by_id, created_at, changed_at)
    select {_COLUMNS}, to_timestamp(due_at), to_timestamp(valid_until), to_timestamp(miss_at), 'pending', 0, '', false,
        '', 0, '', '', '', '', %(by)s, %(now)s, %(now)s
    from v order by place
    returning id, institution_id
), written as (
    insert into delivery_ledger (institution_id, delivery_id, at, before, after, cause, code, attempt, owner, by_id)
    select institution_id, id, %(now)s, '', 'pending', 'ordered', '', 0, '', %(by)s from ordered
)
select id from ordered order by id
"""  # noqa: S608 -- built from constants

LINE_UP = """
insert into delivery_slot (channel_id, institution_id, gap_s, rate_per_s, burst, wake_at, urgency, hold_code,
    hold_detail)
select v.channel_id, min(v.institution_id), min(v.gap_s), min(v.rate_per_s), min(v.burst), to_timestamp(min(v.due_at)),
    min(v.lane), '', ''
from unnest(%(channel_id)s::bigint[], %(institution_id)s::bigint[], %(gap_s)s::float8[], %(rate_per_s)s::float8[],
    %(burst)s::int[], %(due_at)s::float8[], %(lane)s::smallint[])
    as v(channel_id, institution_id, gap_s, rate_per_s, burst, due_at, lane)
group by v.channel_id order by v.channel_id
on conflict (channel_id) do update set gap_s = excluded.gap_s, rate_per_s = excluded.rate_per_s, burst = excluded.burst,
    wake_at = least(delivery_slot.wake_at, excluded.wake_at), urgency = least(delivery_slot.urgency, excluded.urgency)
"""
# Whoever stood behind these copies in their channels' lines is looked at anew.
WAKE_LINES = """
update delivery_slot s set wake_at = least(s.wake_at, %(now)s) from delivery_delivery d
where d.id = any(%(ids)s) and s.channel_id = d.channel_id and s.busy_id is null
"""
WAKE_ENGINES = "select pg_notify('ravi_delivery', '')"

LOCK_SLOTS = """
select channel_id from delivery_slot
where channel_id in (select channel_id from delivery_delivery where id = any(%(ids)s))
order by channel_id for update
"""

STOP = """
insert into delivery_stoporder (institution_id, scope, key, reason, removals_too, stopped_by_id, stopped_at)
values (%(institution)s, %(scope)s, %(key)s, %(reason)s, %(removals_too)s, %(by)s, %(now)s) returning id
"""
LIFT = """
update delivery_stoporder set lifted_by_id = %(by)s, lifted_at = %(now)s where id = %(id)s and lifted_at is null
returning id
"""
LOCK_COVERED_SLOTS = f"""
select s.channel_id from delivery_slot s where s.channel_id in (
    select d.channel_id from delivery_delivery d
    where d.stage = 'open' and d.state in ('pending', 'claimed') and d.due_at <= %(now)s and {COVERED_BY_ONE})
order by s.channel_id for update
"""  # noqa: S608 -- built from constants
HOLD_COVERED = f"""
with held as (
    select d.id, d.state as before from delivery_delivery d
    where d.stage = 'open' and d.state in ('pending', 'claimed') and d.due_at <= %(now)s and {COVERED_BY_ONE}
        and (d.sent_maybe or not d.is_kept_back)
    order by d.id for update
), changed as (
    update delivery_delivery d set state = 'held', error_code = 'stop', error_detail = '', changed_at = %(now)s
    from held where d.id = held.id returning d.id, d.institution_id, d.channel_id, d.attempt, held.before
), freed as (
    update delivery_slot s set busy_id = null, wake_at = least(s.wake_at, %(now)s)
    from changed where s.channel_id = changed.channel_id and (s.busy_id is null or s.busy_id = changed.id)
), written as (
    insert into delivery_ledger (institution_id, delivery_id, at, before, after, cause, code, attempt, owner, by_id)
    select institution_id, id, %(now)s, before, 'held', 'stop_lifted', 'stop', attempt, '', %(by)s from changed
)
select id from changed
"""  # noqa: S608 -- built from constants

COUNT_STOPPED = f"""
select count(*) from delivery_delivery d where d.id = any(%(ids)s) and d.state = 'held' and {STOPPED}
"""  # noqa: S608 -- built from constants

COUNT_HELD_BY = f"""
select count(*) from delivery_delivery d where d.stage = 'held' and d.error_code in ('stop', 'restored')
    and {COVERED_BY_ONE}
"""  # noqa: S608 -- built from constants
WEIGH_STOPS = f"""
select s.scope, s.key, count(*)
from (
    select scope, key, %(institution)s::bigint as institution_id, false as removals_too
    from unnest(%(scopes)s::text[], %(keys)s::text[]) as asked(scope, key)
) s
join delivery_delivery d on d.stage = 'open' and d.state in ('pending', 'claimed') and {COVERS}
group by s.scope, s.key
"""  # noqa: S608 -- built from constants

# What a stop in force keeps back: already due or held for it, and what would follow later.
KEPT_BACK = f"""
select s.id, count(*) filter (where d.state = 'held' or d.due_at <= %(now)s), count(*)
from delivery_stoporder s
join delivery_delivery d on (
        (d.stage = 'open' and d.state in ('pending', 'claimed')) or (d.stage = 'held'
            and d.error_code in ('stop', 'restored')))
    and {COVERS}
where s.id = any(%(ids)s)
group by s.id
"""  # noqa: S608 -- built from constants

CHANGED_BY_PERSON = """
with old as (
    select d.id, d.state as before from delivery_delivery d where d.id = any(%(ids)s) and {condition}
    order by d.id for update
), changed as (
    update delivery_delivery d set changed_at = %(now)s, {settings}
    from old where d.id = old.id
    returning d.id, d.institution_id, d.channel_id, d.attempt, d.due_at, d.lane, old.before, d.state as after
), woken as (
    update delivery_slot s set urgency = least(s.urgency, c.lane),
        wake_at = least(s.wake_at, greatest(%(now)s, c.due_at))
    from (select channel_id, min(due_at) as due_at, min(lane) as lane from changed group by channel_id) c
    where s.channel_id = c.channel_id
), written as (
    insert into delivery_ledger (institution_id, delivery_id, at, before, after, cause, code, attempt, owner, by_id)
    select institution_id, id, %(now)s, before, after, %(cause)s, '', attempt, '', %(by)s from changed
    where before <> after
)
select id, after from changed
"""
_DUE_ANEW = """
state = 'pending', due_at = %(due_at)s, not_before = null, error_code = '', error_detail = '',
miss_at = least(%(due_at)s + d.lateness_limit_s * interval '1 second', d.valid_until)
"""
# `keeps_plan`: what a restore took out of the line before its time goes at the time that was planned for it.
_PLANNED = (
    "case when %(keeps_plan)s and d.error_code = 'restored' then greatest(%(due_at)s, d.due_at) else %(due_at)s end"
)
RELEASE = CHANGED_BY_PERSON.format(
    condition=f"d.state = 'held' and d.error_code <> 'by_hand' and not {STOPPED}",
    settings=_DUE_ANEW.replace("%(due_at)s", _PLANNED),
)
CANCEL = CHANGED_BY_PERSON.format(
    condition="d.state in ('held', 'pending') and not d.sent_maybe",
    settings="state = %(after)s, settled_at = %(now)s, error_code = '', error_detail = ''",
)
RESOLVE_THERE = CHANGED_BY_PERSON.format(
    condition="d.state = 'unknown'",
    settings="""state = 'sent', sent_maybe = false, look_at = null, error_code = '', error_detail = '',
    sent_at = coalesce(d.first_called_at, d.unknown_at), settled_at = %(now)s,
    link = case when %(link)s = '' then d.link else %(link)s end""",
)
RESOLVE_NOT_THERE = CHANGED_BY_PERSON.format(
    condition="d.state = 'unknown'",
    settings=_DUE_ANEW.replace("'pending'", "case when d.is_kept_back then 'cancelled' else 'pending' end")
    + ", sent_maybe = false, key_good_until = null, look_at = null, looks = 0,"
    " settled_at = case when d.is_kept_back then %(now)s else d.settled_at end",
)
RESOLVE_LEAVE = CHANGED_BY_PERSON.format(condition="d.state = 'unknown'", settings="look_at = null")
RESUME_CHANNEL = """
update delivery_slot set hold_code = '', hold_detail = '', held_at = null, wake_at = least(wake_at, %(now)s)
where channel_id = %(channel)s and hold_code <> ''
"""

# As the engines do every half minute: whoever gives a key and lets the copies go at once is not turned away for the old one.
RENEWED_FOR = """
update delivery_slot s set hold_code = '', hold_detail = '', held_at = null
from directory_credential c
where s.hold_code <> '' and c.channel_id = s.channel_id and c.set_at > s.held_at
    and s.channel_id in (select d.channel_id from delivery_delivery d where d.id = any(%(ids)s))
"""


def enqueue(cursor: Cursor, orders: Sequence[Order], *, by: int | None, now: datetime) -> list[int]:
    """Write the orders and line their channels up; the ids in the orders' order."""
    values: dict[str, Any] = {name: [getattr(order, name) for order in orders] for name in _ORDER_TYPES}
    values |= {name: [getattr(order, name) for order in orders] for name in ("due_at", "valid_until", "miss_at")}
    values |= {name: [getattr(order, name) for order in orders] for name in ("gap_s", "rate_per_s", "burst")}
    values |= {"by": by, "now": now}
    cursor.execute(ENQUEUE, values)
    ids = [row[0] for row in cursor.fetchall()]
    cursor.execute(LINE_UP, values)
    cursor.execute(WAKE_ENGINES)
    return ids


def stop(
    cursor: Cursor,
    scope: str,
    key: str,
    institution_id: int | None,
    *,
    reason: str,
    removals_too: bool,
    by: int | None,
    now: datetime,
) -> int:
    """Write the order behind every fence that is still committing; its id."""
    cursor.execute(CLOSE_FENCE)
    values = {"institution": institution_id, "scope": scope, "key": key, "reason": reason}
    cursor.execute(STOP, values | {"removals_too": removals_too, "by": by, "now": now})
    return int(cursor.fetchall()[0][0])


def lift(cursor: Cursor, stop_id: int, *, by: int | None, now: datetime) -> int | None:
    """End a stop. What fell due meanwhile, or was in hand, waits as held; how many. None: it was lifted before."""
    cursor.execute(LIFT, {"id": stop_id, "by": by, "now": now})
    return hold_covered(cursor, stop_id, by=by, now=now) if cursor.fetchall() else None


def hold_covered(cursor: Cursor, stop_id: int, *, by: int | None, now: datetime) -> int:
    """What a stop that ends now kept back waits from here on for a person; how many, of the institutions in sight."""
    cursor.execute(LOCK_COVERED_SLOTS, {"stop": stop_id, "now": now})
    cursor.execute(HOLD_COVERED, {"stop": stop_id, "now": now, "by": by})
    return len(cursor.fetchall())


def count_held_by(cursor: Cursor, stop_id: int) -> int:
    """How many copies wait for a person because of this stop, in force or lifted."""
    cursor.execute(COUNT_HELD_BY, {"stop": stop_id})
    return int(cursor.fetchall()[0][0])


def kept_back(cursor: Cursor, stop_ids: Sequence[int], now: datetime) -> dict[int, tuple[int, int]]:
    """Stop -> (copies that wait because of it now, copies that go out later if it ends). One question for all."""
    cursor.execute(KEPT_BACK, {"ids": list(stop_ids), "now": now})
    return {int(row[0]): (int(row[1]), int(row[2]) - int(row[1])) for row in cursor.fetchall()}


def weigh_stops(cursor: Cursor, targets: Sequence[tuple[str, str]], institution_id: int) -> dict[tuple[str, str], int]:
    """(scope, key) -> how many copies in line such a stop would hold; removals are left out. One question for all."""
    values = {"scopes": [scope for scope, _key in targets], "keys": [key for _scope, key in targets]}
    cursor.execute(WEIGH_STOPS, values | {"institution": institution_id})
    return {(row[0], row[1]): int(row[2]) for row in cursor.fetchall()}


def count_stopped(cursor: Cursor, ids: Sequence[int]) -> int:
    """How many of these held copies a stop still covers."""
    cursor.execute(COUNT_STOPPED, {"ids": list(ids)})
    return int(cursor.fetchall()[0][0])


def release(
    cursor: Cursor, ids: Sequence[int], due_at: datetime, *, by: int | None, now: datetime, keeps_plan: bool = False
) -> list[int]:
    """Held copies go back into the line, due at `due_at`, or where `keeps_plan` at their later planned time; the ids."""
    cursor.execute(RENEWED_FOR, {"ids": list(ids)})
    return change(cursor, RELEASE, ids, cause="released", by=by, now=now, due_at=due_at, keeps_plan=keeps_plan)


def cancel(cursor: Cursor, ids: Sequence[int], *, superseded: bool, by: int | None, now: datetime) -> list[int]:
    """Copies that nobody has begun to send, and none that may have been sent, are taken out; the ids."""
    after = State.SUPERSEDED if superseded else State.CANCELLED
    cancelled = change(cursor, CANCEL, ids, cause=after.value, by=by, now=now, after=after.value)
    cursor.execute(WAKE_LINES, {"ids": cancelled, "now": now})
    return cancelled


def resolve(
    cursor: Cursor, ids: Sequence[int], verdict: Verdict, *, link: str, by: int | None, now: datetime
) -> list[int]:
    """Write what a person found; the ids of those that were still unknown."""
    statement, cause = {
        Verdict.THERE: (RESOLVE_THERE, "person_found_it"),
        Verdict.NOT_THERE: (RESOLVE_NOT_THERE, "person_missed_it"),
        Verdict.LEAVE: (RESOLVE_LEAVE, "person_left_it"),
    }[verdict]
    return change(cursor, statement, ids, cause=cause, by=by, now=now, link=link, due_at=now)


def resume_channel(cursor: Cursor, channel_id: int, *, now: datetime) -> int:
    """End a channel's hold; 1 if there was one."""
    cursor.execute(RESUME_CHANNEL, {"channel": channel_id, "now": now})
    count = cursor.rowcount
    cursor.execute(WAKE_ENGINES)
    return count


def change(cursor: Cursor, statement: str, ids: Sequence[int], **values: Any) -> list[int]:
    """Run a statement made of CHANGED_BY_PERSON with the copies' channels locked; the ids that it changed."""
    named = {"ids": list(ids), **values}
    cursor.execute(LOCK_SLOTS, named)
    cursor.execute(statement, named)
    changed = [int(row[0]) for row in cursor.fetchall()]
    cursor.execute(WAKE_ENGINES)
    return changed


def moment(at: float) -> datetime:
    """Seconds since 1970 as the database spells them."""
    return datetime.fromtimestamp(at, UTC)
