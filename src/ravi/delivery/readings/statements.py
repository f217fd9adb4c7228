"""The readings' SQL for the engine's side. Time is always a parameter."""

# Credentials that are alike share one pace; see directory.queries.paces_of.
KEY_OF = "coalesce('credential:' || nullif(cr.fingerprint, ''), 'channel:' || {channel})"

# In the order in which copies settled: whoever has read this far goes on from there.
SENT = """
select d.id, date_part('epoch', d.sent_at), date_part('epoch', d.settled_at)
from delivery_delivery d
where d.stage = 'sent' and d.action = 'publish' and (d.settled_at, d.id) > (%(since)s, %(number)s)
    and d.remote_id <> ''
    and (d.adapter, d.platform) in (select * from unnest(%(adapters)b::text[], %(platforms)b::text[]))
order by d.settled_at, d.id limit %(limit)s
"""
SOW_POSTS = """
insert into delivery_reading_due (institution_id, channel_id, delivery_id, due_at, failures, code)
select d.institution_id, d.channel_id, d.id, to_timestamp(v.at), 0, ''
from unnest(%(ids)b::bigint[], %(ats)b::float8[]) as v(id, at) join delivery_delivery d on d.id = v.id
on conflict do nothing
"""
SOW_CHANNELS = """
insert into delivery_reading_due (institution_id, channel_id, delivery_id, due_at, failures, code)
select c.institution_id, c.id, null, %(now)s, 0, ''
from directory_channel c
where c.state = 'active' and c.listed
    and (c.adapter, c.platform) in (select * from unnest(%(adapters)b::text[], %(platforms)b::text[]))
    and exists (select 1 from directory_credential cr where cr.channel_id = c.id)
    and not exists (select 1 from delivery_reading_due r where r.channel_id = c.id and r.delivery_id is null)
on conflict do nothing
"""

DUE = """
select id from delivery_reading_due where ended_at is null and due_at <= %(now)s
order by due_at limit %(limit)s for update skip locked
"""
# `is_over`: the post was taken back, its channel given up, or the channel is reached in another way since.
TOLD = f"""
select r.id, r.institution_id, r.channel_id, r.delivery_id, c.platform, coalesce(d.adapter, c.adapter),
    coalesce(d.target, c.address), '', coalesce(d.remote_id, ''),
    date_part('epoch', d.sent_at), date_part('epoch', r.due_at), r.failures, {KEY_OF.format(channel="c.id")},
    c.state = 'active', coalesce(s.hold_code, '') <> '' or cr.id is null,
    c.state = 'retired' or coalesce(d.adapter <> c.adapter, false) or exists (
        select 1 from delivery_delivery gone
        where gone.about_id = r.delivery_id and gone.action = 'delete' and gone.stage = 'sent')
from delivery_reading_due r
join directory_channel c on c.id = r.channel_id
left join delivery_delivery d on d.id = r.delivery_id
left join directory_credential cr on cr.channel_id = r.channel_id
left join delivery_slot s on s.channel_id = r.channel_id
where r.id = any(%(ids)b)
"""  # noqa: S608 -- built from constants
# Credentials with a copy on its way, or due by then.
BUSY = f"""
select distinct {KEY_OF.format(channel="s.channel_id")}
from (
    select channel_id from delivery_slot where busy_id is not null
    union all
    select channel_id from delivery_slot where busy_id is null and wake_at is not null and wake_at <= %(soon)s
) s left join directory_credential cr on cr.channel_id = s.channel_id
"""  # noqa: S608 -- built from constants

_MOVED = """
unnest(%(ids)b::bigint[], %(ats)b::float8[], %(failures)b::int[], %(codes)b::text[]) as v(id, at, failures, code)
"""
_SET = """
set due_at = coalesce(to_timestamp(v.at), r.due_at), ended_at = case when v.at is null then %(now)s end,
    failures = case when v.failures < 0 then r.failures else v.failures end, code = left(v.code, 60)
"""
MOVE = f"update delivery_reading_due r {_SET} from {_MOVED} where r.id = v.id"
SETTLE = f"""
with mine as materialized (
    select r.* from delivery_reading_due r where r.id = any(%(ids)b) and r.due_at = to_timestamp(%(lease)s)
    order by r.id for update
), kept as (
    insert into delivery_reading (institution_id, channel_id, delivery_id, kind, value, source, taken_at, noted_at,
        evidence_link, evidence_sha256)
    select m.institution_id, m.channel_id, m.delivery_id, v.kind, v.value, 'api', %(now)s, %(now)s, '', ''
    from unnest(%(of)b::bigint[], %(kinds)b::text[], %(numbers)b::bigint[]) as v(id, kind, value)
    join mine m on m.id = v.id
)
update delivery_reading_due r {_SET} from {_MOVED} join mine m on m.id = v.id where r.id = v.id
"""  # noqa: S608 -- built from constants
