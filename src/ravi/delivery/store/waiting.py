"""What a copy waits for, asked of the database: the one place that decides it for boards, for the doctor and for notices.

A reason holds only until its own moment. A copy that is due and has none left is *silent*: somebody has to know.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from ravi.delivery.engine.values import Policy
from ravi.delivery.rules import SILENT_AFTER_S, Wait
from ravi.delivery.store.desk import Cursor
from ravi.delivery.store.scopes import STOPPED
from ravi.delivery.store.statements import UNDECIDED

# Longer than this an ended lease was not tended: nobody looks after what is in hand.
_TENDED_S = 60.0

_FROM = """
from delivery_delivery d
left join delivery_slot l on l.channel_id = d.channel_id
left join delivery_breaker b on b.platform = d.platform and b.route = d.route
left join delivery_bucket p on p.key = d.bucket_key
cross join lateral (
    select p.tat - (l.burst - 1) / nullif(l.rate_per_s, 0) * interval '1 second' as at
) pace
left join lateral (
    select max(u.unknown_at) + %(block_s)s * interval '1 second' as until from delivery_delivery u
    where d.state = 'pending' and u.channel_id = d.channel_id and u.lane = d.lane and u.stage = 'unknown'
) k on true
"""
_CHANGE_WAITS = f"""
d.about_id is not null and exists (
    select 1 from delivery_delivery o where o.state in {UNDECIDED}
    and (o.id = d.about_id or (o.about_id = d.about_id and o.id < d.id)))
or d.reply_id is not null and exists (
    select 1 from delivery_delivery o where o.id = d.reply_id and o.state in {UNDECIDED})
"""  # noqa: S608 -- built from constants
_EARLIER = """
l.busy_id <> d.id or exists (
    select 1 from delivery_delivery e
    where e.channel_id = d.channel_id and e.lane = d.lane and e.stage = 'open' and e.state = 'pending'
    and (e.due_at, e.id) < (d.due_at, d.id))
"""
# In the order in which the engine would meet them (engine/claim.py).
REASON = f"""
case
    when d.state = 'held' then case when {STOPPED} then '{Wait.STOP}'
        when d.error_code = 'credentials_refused' then '{Wait.CHANNEL}'
        when d.error_code = 'by_hand' then '{Wait.BY_HAND}' else '{Wait.PERSON}' end
    when d.state in ('claimed', 'sending') then case
        when d.lease_until + {_TENDED_S} * interval '1 second' > %(now)s then '{Wait.HAND}' else '' end
    when d.state <> 'pending' then ''
    when {STOPPED} then '{Wait.STOP}'
    when d.due_at > %(now)s then '{Wait.TIME}'
    when l.hold_code <> '' then '{Wait.CHANNEL}'
    when b.trips > 0 and greatest(b.open_until, b.probe_until) > %(now)s then '{Wait.OUTAGE}'
    when d.error_code = 'not_reached' and d.not_before > %(now)s then '{Wait.OUTAGE}'
    when greatest(d.not_before, p.paused_until) > %(now)s then '{Wait.PAUSE}'
    when {_CHANGE_WAITS} then '{Wait.COPY}'
    when k.until > %(now)s then '{Wait.UNKNOWN}'
    when {_EARLIER} then '{Wait.LINE}'
    when greatest(l.next_at, pace.at) > %(now)s then '{Wait.PACE}'
    else '' end
"""
_UNTIL = f"""
case r.reason
    when '{Wait.TIME}' then d.due_at
    when '{Wait.OUTAGE}' then greatest(b.open_until, b.probe_until, d.not_before)
    when '{Wait.PAUSE}' then greatest(d.not_before, p.paused_until)
    when '{Wait.UNKNOWN}' then k.until
    when '{Wait.PACE}' then greatest(l.next_at, pace.at) end
"""
_WAITS = f"""
select d.id, r.reason, {_UNTIL}, case r.reason when '{Wait.OUTAGE}' then b.opened_at end
{_FROM} cross join lateral (select {REASON} as reason) r
where d.post_id = any(%(posts)s) and d.stage in ('held', 'open')
"""
# Also for engines and doctors, which see every institution: asked with `now`, `silent_at`, `block_s` and `limit`.
SILENT = f"""
select d.id, d.institution_id, d.post_id, d.due_at
{_FROM} cross join lateral (select {REASON} as reason) r
where d.stage = 'open' and d.due_at <= %(silent_at)s and r.reason = ''
order by d.due_at limit %(limit)s
"""
MOST_SILENT = 1000
_FOR_OUTCOME = f"""
select count(*)
{_FROM} cross join lateral (select {REASON} as reason) r
where d.id = any(%(copies)s) and d.stage = 'open' and r.reason in ('{Wait.COPY}', '{Wait.UNKNOWN}')
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an open or held copy waits for, since when where that is known, and until when."""

    reason: str
    until: datetime | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Silent:
    """A copy that was due and for which nobody can say why it still waits."""

    delivery_id: int
    institution_id: int
    post_id: int
    due_at: datetime


def waiting_of(cursor: Cursor, post_ids: Collection[int], now: datetime) -> dict[int, Waiting]:
    """By delivery, for every open or held copy of these posts. One question."""
    cursor.execute(_WAITS, _figures(now) | {"posts": list(post_ids)})
    return {row[0]: Waiting(*row[1:]) for row in cursor.fetchall()}


def waiting_for_outcome(cursor: Cursor, delivery_ids: Collection[int], now: datetime) -> int:
    """How many of these wait until it is known whether what they are about is out. One question."""
    cursor.execute(_FOR_OUTCOME, _figures(now) | {"copies": list(delivery_ids)})
    return int(cursor.fetchall()[0][0])


def silent(cursor: Cursor, now: datetime, *, limit: int = MOST_SILENT) -> list[Silent]:
    """Copies that have been due for longer than SILENT_AFTER_S without a reason, oldest first. One question."""
    cursor.execute(SILENT, silent_figures(now, limit))
    return [Silent(*row) for row in cursor.fetchall()]


def silent_figures(now: datetime, limit: int = MOST_SILENT) -> dict[str, object]:
    """The parameters of SILENT."""
    at = datetime.fromtimestamp(now.timestamp() - SILENT_AFTER_S, now.tzinfo)
    return _figures(now) | {"silent_at": at, "limit": limit}


def _figures(now: datetime) -> dict[str, object]:
    return {"now": now, "block_s": Policy().unknown_block_s}
