"""The SQL of reading back, for the engine's side. Time is always a parameter."""

from ravi.delivery.read_back.rules import CASES
from ravi.delivery.readings.statements import KEY_OF

_CASES = ", ".join(f"'{one}'" for one in sorted(CASES))

# In the order in which changes settled: whoever has come this far goes on from there.
SOW = """
with new as (
    select d.id, d.institution_id, d.channel_id, d.settled_at
    from delivery_delivery d join delivery_delivery a on a.id = d.about_id
    where d.stage = 'sent' and d.action in ('edit', 'delete') and d.settled_at > %(since)s
        and (d.adapter, d.platform) in (select * from unnest(%(adapters)b::text[], %(platforms)b::text[]))
        and a.remote_id <> '' and not exists (select 1 from delivery_read_back r where r.delivery_id = d.id)
    order by d.settled_at limit %(limit)s
)
insert into delivery_read_back (institution_id, channel_id, delivery_id, due_at, looks, failures, code, outcome, words)
select institution_id, channel_id, id, settled_at + make_interval(secs => %(after_s)s), 0, 0, '', 'waits', ''
from new on conflict do nothing
"""

DUE = """
select id from delivery_read_back where ended_at is null and due_at <= %(now)s
order by due_at limit %(limit)s for update skip locked
"""
_NEWER = """
select 1 from delivery_delivery n
where n.about_id = d.about_id and n.id > d.id and n.action in ('edit', 'delete')
"""
_IN_FLIGHT = "(n.state in ('claimed', 'sending', 'unknown') or n.stage = 'open' and n.sent_maybe)"
# The picture that readings are planned over, then what is compared. Over: a later change went out, or the channel is given
# up or reached otherwise since. Held: also while a later change is on its way.
TOLD = f"""
select r.id, r.institution_id, r.channel_id, r.delivery_id, d.platform, d.adapter, d.target, '', a.remote_id,
    date_part('epoch', d.settled_at), date_part('epoch', r.due_at), r.failures, {KEY_OF.format(channel="d.channel_id")},
    c.state = 'active',
    coalesce(s.hold_code, '') <> '' or cr.id is null or exists ({_NEWER} and {_IN_FLIGHT}),
    c.state = 'retired' or d.adapter <> c.adapter or exists ({_NEWER} and n.stage = 'sent'),
    d.action, d.payload, r.looks
from delivery_read_back r
join delivery_delivery d on d.id = r.delivery_id
join delivery_delivery a on a.id = d.about_id
join directory_channel c on c.id = d.channel_id
left join directory_credential cr on cr.channel_id = d.channel_id
left join delivery_slot s on s.channel_id = d.channel_id
where r.id = any(%(ids)b)
"""  # noqa: S608 -- built from constants

MOVE = """
update delivery_read_back r set due_at = coalesce(to_timestamp(v.at), r.due_at),
    ended_at = case when v.at is null then %(now)s end, outcome = v.outcome, code = left(v.code, 60)
from unnest(%(ids)b::bigint[], %(ats)b::float8[], %(outcomes)b::text[], %(codes)b::text[]) as v(id, at, outcome, code)
where r.id = v.id
"""
# What was found otherwise while a later change began says nothing of this one: it is looked at again.
SETTLE = f"""
with mine as materialized (
    select r.id, exists ({_NEWER} and (n.stage = 'sent' or {_IN_FLIGHT})) as is_late
    from delivery_read_back r join delivery_delivery d on d.id = r.delivery_id
    where r.id = any(%(ids)b) and r.due_at = to_timestamp(%(lease)s) and r.ended_at is null
    order by r.id for update of r
), told as (
    select v.*, m.is_late and v.outcome not in ('stands', 'removed') as is_late
    from unnest(%(ids)b::bigint[], %(ats)b::float8[], %(failures)b::int[], %(looks)b::int[], %(outcomes)b::text[],
        %(words)b::text[], %(codes)b::text[], %(looked)b::bool[])
        as v(id, at, failures, looks, outcome, words, code, has_looked)
    join mine m on m.id = v.id
)
update delivery_read_back r set
    due_at = case when t.is_late then %(later)s else coalesce(to_timestamp(t.at), r.due_at) end,
    ended_at = case when t.at is null and not t.is_late then %(now)s end,
    outcome = case when t.is_late then 'waits' else t.outcome end,
    words = case when t.is_late then '' else t.words end,
    looks = case when t.is_late then 0 else t.looks end,
    failures = t.failures, code = left(t.code, 60),
    looked_at = case when t.has_looked then %(now)s else r.looked_at end
from told t where r.id = t.id
"""  # noqa: S608 -- built from constants

# What did not stand, and nobody dealt with, is no case any more when a later change of the same copy was found to stand.
OVERTAKEN = f"""
update delivery_read_back r set outcome = 'over', words = ''
from delivery_delivery d, delivery_delivery n, delivery_read_back later
where later.id = any(%(ids)b) and later.outcome in ('stands', 'removed') and n.id = later.delivery_id
    and d.about_id = n.about_id and d.id < n.id and r.delivery_id = d.id
    and r.outcome in ({_CASES}) and r.settled_at is null
"""  # noqa: S608 -- built from constants
