"""The ledger's SQL for the engine's side. Time is always a parameter; each statement is one step of one transaction.

A copy's `stage` (models.py) is what indexes know of its state: a claim and a fence change no index.
"""

from ravi.delivery.store.scopes import STOPPED

# Slots ------------------------------------------------------------------------------------------------------------

# Each institution with something ready gets the same share, so that thirty thousand copies of one do not delay six of
# another. A slot that another engine is looking at is skipped.
READY_SLOTS = """
with recursive tenant(id) as (
    (select institution_id from delivery_slot where busy_id is null and wake_at is not null
     order by institution_id limit 1)
    union all
    select (select s.institution_id from delivery_slot s
            where s.busy_id is null and s.wake_at is not null and s.institution_id > tenant.id
            order by s.institution_id limit 1)
    from tenant where tenant.id is not null
), waiting as materialized (
    select tenant.id from tenant where tenant.id is not null and exists (
        select 1 from delivery_slot s where s.institution_id = tenant.id and s.busy_id is null and s.wake_at <= %(now)s)
), share as materialized (
    select greatest(1, ceil(%(limit)s::numeric / greatest(1, (select count(*) from waiting))))::int as size
)
select s.channel_id, date_part('epoch', coalesce(s.next_at, 'epoch')), s.gap_s, s.rate_per_s, s.burst,
    s.hold_code
from waiting cross join lateral (
    select * from delivery_slot s
    where s.institution_id = waiting.id and s.busy_id is null and s.wake_at <= %(now)s
    order by s.urgency, s.wake_at limit (select size from share)
    for update skip locked
) s
"""

_HEAD_COLUMNS = """
d.id, d.institution_id, d.unit_id, d.campaign_id, d.topic, d.platform, d.adapter, d.route, d.channel_id, d.target, d.bucket_key,
d.lane, d.post_id, d.action, d.payload, d.content_hash, d.approved_hash,
date_part('epoch', d.due_at) as due_at, coalesce(date_part('epoch', d.not_before), 0) as not_before,
date_part('epoch', d.valid_until) as valid_until, d.lateness_limit_s, date_part('epoch', d.miss_at) as miss_at,
d.attempt, d.sent_maybe, d.key, date_part('epoch', d.key_good_until) as key_good_until, d.key_scope,
date_part('epoch', d.first_called_at) as first_called_at,
coalesce(about.state, '') as about_state, coalesce(about.remote_id, '') as about_remote_id,
coalesce(reply.state, '') as reply_state, coalesce(reply.remote_id, '') as reply_remote_id,
coalesce((select date_part('epoch', max(u.unknown_at)) + {block} from delivery_delivery u
    where u.channel_id = d.channel_id and u.lane = d.lane and u.stage = 'unknown'), 0) as blocked_until,
coalesce(c.state = 'active' and c.listed, false) as channel_open
"""
_HEAD_JOINS = """
left join delivery_delivery about on about.id = d.about_id
left join delivery_delivery reply on reply.id = d.reply_id
left join directory_channel c on c.id = d.channel_id
"""
UNDECIDED = "('pending', 'claimed', 'sending', 'held', 'unknown')"
_AWAITS_NOTHING = f"""
(p.about_id is null or not exists (
    select 1 from delivery_delivery o where o.id = p.about_id and o.state in {UNDECIDED}))
and (p.reply_id is null or not exists (
    select 1 from delivery_delivery o where o.id = p.reply_id and o.state in {UNDECIDED}))
and (p.about_id is null or not exists (
    select 1 from delivery_delivery o where o.about_id = p.about_id and o.id < p.id and o.state in {UNDECIDED}))
"""  # noqa: S608 -- built from constants
HEAD_COLUMNS = _HEAD_COLUMNS.format(block="%(block_s)s")

HEADS = f"""
select {HEAD_COLUMNS}
from unnest(%(channels)b::bigint[]) as asked(channel_id)
cross join (values (0::smallint), (1::smallint), (2::smallint)) as lanes(lane)
cross join lateral (
    select p.* from delivery_delivery p
    where p.channel_id = asked.channel_id and p.lane = lanes.lane and p.stage = 'open' and p.state = 'pending'
        and {_AWAITS_NOTHING}
    order by p.due_at, p.id limit 1
) d
{_HEAD_JOINS}
order by d.channel_id, d.lane
"""  # noqa: S608 -- built from constants

STOPS = "select id, scope, key, institution_id, removals_too from delivery_stoporder where lifted_at is null"

BUCKETS = """
select key, coalesce(date_part('epoch', tat), 0), coalesce(date_part('epoch', paused_until), 0)
from delivery_bucket where key = any(%(keys)s) order by key for update
"""
NEW_BUCKETS = "insert into delivery_bucket (key) select unnest(%(keys)b::text[]) on conflict do nothing"
WRITE_BUCKETS = """
update delivery_bucket b set tat = to_timestamp(v.tat)
from unnest(%(keys)b::text[], %(tats)b::float8[]) as v(key, tat) where b.key = v.key
"""
PAUSE_BUCKETS = """
insert into delivery_bucket (key, paused_until)
select v.key, to_timestamp(v.until) from unnest(%(keys)b::text[], %(untils)b::float8[]) as v(key, until) order by v.key
on conflict (key) do update set paused_until = greatest(delivery_bucket.paused_until, excluded.paused_until)
"""
BREAKERS = """
select platform, route, failures, trips, coalesce(date_part('epoch', open_until), 0),
    coalesce(date_part('epoch', probe_until), 0)
from delivery_breaker where (platform, route) in (select * from unnest(%(platforms)b::text[], %(routes)b::text[]))
order by platform, route
"""
WRITE_BREAKER = """
insert into delivery_breaker (platform, route, failures, trips, open_until, probe_until)
values (%(platform)s, %(route)s, %(failures)s, %(trips)s, to_timestamp(%(open_until)s), to_timestamp(%(probe_until)s))
on conflict (platform, route) do update
set failures = excluded.failures, trips = excluded.trips, open_until = excluded.open_until,
    probe_until = excluded.probe_until
"""

TAKE = """
with v as (
    select * from unnest(%(ids)b::bigint[], %(attempts)b::int[], %(leases)b::float8[]) as v(id, attempt, lease_until)
), taken as (
    update delivery_delivery d set state = 'claimed', attempt = v.attempt, owner = %(owner)s,
        lease_until = to_timestamp(v.lease_until), changed_at = %(now)s
    from v where d.id = v.id and d.state = 'pending' and d.attempt = v.attempt - 1
    returning d.id, d.institution_id, d.channel_id, d.attempt
), busy as (
    update delivery_slot s set busy_id = taken.id, wake_at = null, urgency = 2
    from taken where s.channel_id = taken.channel_id
), written as (
    insert into delivery_ledger (institution_id, delivery_id, at, before, after, cause, code, attempt, owner)
    select institution_id, id, %(now)s, 'pending', 'claimed', 'claim', '', attempt, %(owner)s from taken
)
select id from taken
"""

WAKES = """
update delivery_slot s set wake_at = to_timestamp(v.at), urgency = 2
from unnest(%(channels)b::bigint[], %(ats)b::float8[]) as v(channel_id, at)
where s.channel_id = v.channel_id and s.busy_id is null
"""

# The fence --------------------------------------------------------------------------------------------------------

# Taken shared by every fence and exclusively by a stop order: once a stop is committed, no fence can still be
# committing on an older view.
FENCE_LOCK = 7262
SHARE_FENCE = f"select pg_advisory_xact_lock_shared({FENCE_LOCK})"
CLOSE_FENCE = f"select pg_advisory_xact_lock({FENCE_LOCK})"

BEGIN = f"""
with v as (
    select * from unnest(%(ids)b::bigint[], %(attempts)b::int[], %(scopes)b::text[], %(leases)b::float8[])
        as v(id, attempt, scope, lease_until)
), passed as (
    update delivery_delivery d set state = 'sending', lease_until = to_timestamp(v.lease_until), changed_at = %(now)s,
        key_scope = case when d.sent_maybe and d.first_called_at is not null then d.key_scope else v.scope end,
        first_called_at = case when d.sent_maybe then coalesce(d.first_called_at, %(now)s) else %(now)s end
    from v
    where d.id = v.id and d.attempt = v.attempt and d.state = 'claimed' and d.owner = %(owner)s
        and d.lease_until > %(now)s and d.miss_at > %(now)s and d.approved_hash = d.content_hash
        and (not d.sent_maybe or d.key_good_until is null or d.key_good_until > %(now)s)
        and (d.action = 'delete' or exists (
            select 1 from directory_channel c where c.id = d.channel_id and c.state = 'active' and c.listed))
        and (d.sent_maybe or not d.is_kept_back) and not {STOPPED}
    returning d.id, d.institution_id, d.attempt
), written as (
    insert into delivery_ledger (institution_id, delivery_id, at, before, after, cause, code, attempt, owner)
    select institution_id, id, %(now)s, 'claimed', 'sending', 'fence', '', attempt, %(owner)s from passed
)
select id from passed
"""  # noqa: S608 -- built from constants

# Changes ----------------------------------------------------------------------------------------------------------

# What becomes of a copy that is kept back is spelled as rules.kept_back.
CHANGE = """
with v as (
    select id, coalesce(attempt, 0) as attempt, befores, after, cause, coalesce(owner, '') as owner,
        coalesce(code, '') as code, coalesce(detail, '') as detail, coalesce(evidence, '') as evidence,
        coalesce(remote_id, '') as remote_id, coalesce(link, '') as link, coalesce(maybe, false) as maybe, not_before,
        look_at, coalesce(looks, 0) as looks, good_until, next_at, coalesce(hold, false) as hold,
        coalesce(is_call, false) as is_call, called_at
    from json_to_recordset(%(changes)s::json) as v(
        id bigint, attempt int, befores text, after text, cause text, owner text, code text, detail text, evidence text,
        remote_id text, link text, maybe bool, not_before float8, look_at float8, looks int, good_until float8,
        next_at float8, hold bool, is_call bool, called_at float8)
), old as materialized (
    select v.*, d.state as before, d.unknown_at as unknown_since,
        case when not d.is_kept_back or v.after not in ('pending', 'held') then v.after
            when not v.maybe then 'cancelled'
            when exists (select 1 from delivery_delivery r
                where r.about_id = d.id and r.action = 'delete' and r.state in ('pending', 'held')) then v.after
            else 'unknown' end as becomes
    from v join delivery_delivery d on d.id = v.id
    where d.attempt = v.attempt and d.state = any(string_to_array(v.befores, ' '))
        and (v.owner = '' or d.owner = v.owner)
    order by d.id for update of d
), changed as (
    update delivery_delivery d set
        state = old.becomes, changed_at = %(now)s, sent_maybe = old.maybe,
        not_before = to_timestamp(old.not_before), look_at = to_timestamp(old.look_at), looks = old.looks,
        key_good_until = to_timestamp(old.good_until),
        remote_id = case when old.remote_id = '' then d.remote_id else left(old.remote_id, 500) end,
        link = case when old.link = '' then d.link else left(old.link, 2000) end,
        error_code = left(old.code, 60), error_detail = left(old.detail, 500),
        unknown_at = case when old.becomes <> 'unknown' then d.unknown_at
            when old.before = 'unknown' then old.unknown_since else %(now)s end,
        sent_at = case when old.becomes = 'sent' then coalesce(to_timestamp(old.called_at), d.first_called_at, %(now)s)
            else d.sent_at end,
        settled_at = case when old.becomes in ('sent', 'failed', 'missed', 'cancelled', 'superseded') then %(now)s
            else d.settled_at end
    from old where d.id = old.id
    returning d.institution_id, d.channel_id, old.*
), written as (
    insert into delivery_ledger (institution_id, delivery_id, at, before, after, cause, code, attempt, owner)
    select institution_id, id, %(now)s, before, becomes, cause, left(code, 60), attempt, owner
    from changed where before <> becomes
), kept as (
    insert into delivery_attempt
        (institution_id, delivery_id, attempt, kind, owner, called_at, ended_at, outcome, detail, evidence)
    select institution_id, id, attempt, case when is_call then 'call' else 'look' end, owner,
        to_timestamp(called_at), %(now)s, left(coalesce(nullif(code, ''), becomes), 60), left(detail, 500),
        left(evidence, 1000)
    from changed where is_call or evidence <> '' or cause in ('read_back', 'look_failed')
), freed as (
    update delivery_slot s set
        busy_id = case when s.busy_id = c.id then null else s.busy_id end,
        next_at = greatest(s.next_at, to_timestamp(c.next_at)),
        wake_at = least(s.wake_at, greatest(%(now)s, to_timestamp(c.next_at), s.next_at)),
        urgency = least(s.urgency, 2),
        hold_code = case when c.hold then 'credentials_refused' else s.hold_code end,
        hold_detail = case when c.hold then left(c.detail, 500) else s.hold_detail end,
        held_at = case when c.hold then %(now)s else s.held_at end
    from changed c where s.channel_id = c.channel_id
)
select id from changed
"""

# Tending ----------------------------------------------------------------------------------------------------------

# Whoever changes copies of a channel locks its slot first, slots in order: two such transactions never wait for each
# other in a ring.
LOCK_SLOTS_OF = """
select channel_id from delivery_slot
where channel_id in (select channel_id from delivery_delivery where id = any(%(ids)b))
order by channel_id for update
"""
TRY_SLOTS = """
select channel_id from delivery_slot where channel_id = any(%(channels)s) order by channel_id for update skip locked
"""

# From the channels that are busy, one step each: never the other way round, through all copies there ever were.
WITH_LEASE_ENDED = """
select s.channel_id from delivery_slot s cross join lateral (
    select d.lease_until from delivery_delivery d
    where d.id = s.busy_id and d.state in ('claimed', 'sending') and d.lease_until < %(now)s offset 0) d
where s.busy_id is not null order by d.lease_until limit %(limit)s
"""
WITH_OVERDUE = """
select channel_id from (select channel_id from delivery_delivery
    where stage = 'open' and state = 'pending' and miss_at <= %(now)s
    order by miss_at limit %(limit)s) waiting
union
select channel_id from (select channel_id from delivery_delivery
    where stage = 'held' and valid_until <= %(now)s
    order by valid_until limit %(limit)s) held
union
select channel_id from (select channel_id from delivery_delivery
    where stage = 'held' and adapter = 'manual' and error_code = 'by_hand' and miss_at <= %(now)s
    order by miss_at limit %(limit)s) by_hand
"""

LEASED = f"""
select {HEAD_COLUMNS}, d.state, d.owner, coalesce(s.gap_s, 0)::float8 as gap_s
from delivery_slot s
join delivery_delivery d on d.id = s.busy_id
{_HEAD_JOINS}
where s.channel_id = any(%(channels)s) and d.state in ('claimed', 'sending') and d.lease_until < %(now)s
order by d.lease_until limit %(limit)s
for update of d skip locked
"""  # noqa: S608 -- built from constants

OVERDUE = """
select d.id, d.attempt, d.state, d.sent_maybe, extract(epoch from d.valid_until)::float8
from delivery_delivery d
where d.channel_id = any(%(channels)s)
    and ((d.stage = 'open' and d.state = 'pending' and d.miss_at <= %(now)s)
        or (d.stage = 'held' and (d.valid_until <= %(now)s
            or (d.adapter = 'manual' and d.error_code = 'by_hand' and d.miss_at <= %(now)s))))
limit %(limit)s for update of d skip locked
"""

LOOK = f"""
with turn as (
    select id from delivery_delivery where stage = 'unknown' and look_at <= %(now)s
    order by look_at limit %(limit)s for update skip locked
), leased as (
    update delivery_delivery d set look_at = to_timestamp(%(until)s) from turn where d.id = turn.id
)
select {HEAD_COLUMNS}, d.looks, coalesce(s.gap_s, 0)::float8 as gap_s
from turn join delivery_delivery d on d.id = turn.id
left join delivery_slot s on s.channel_id = d.channel_id
{_HEAD_JOINS}
"""  # noqa: S608 -- built from constants

MEND = """
with sick as (
    select s.channel_id from delivery_slot s
    where (s.busy_id is not null and not exists (
            select 1 from delivery_delivery d where d.id = s.busy_id and d.state in ('claimed', 'sending')))
        or (s.busy_id is null and s.wake_at is null and exists (
            select 1 from delivery_delivery d
            where d.channel_id = s.channel_id and d.stage = 'open' and d.state = 'pending'))
    for update skip locked
)
update delivery_slot s set busy_id = null, wake_at = %(now)s from sick where s.channel_id = sick.channel_id
"""

BEAT = """
insert into delivery_worker (owner, started_at, seen_at, in_hand, ended_at)
values (%(owner)s, %(now)s, %(now)s, %(in_hand)s, case when %(ended)s then %(now)s::timestamptz end)
on conflict (owner) do update set seen_at = excluded.seen_at, in_hand = excluded.in_hand, ended_at = excluded.ended_at
"""

AHEAD = """
select owner, extract(epoch from seen_at)::float8 from delivery_worker
where owner <> %(owner)s and ended_at is null and seen_at > %(now)s
"""

RENEWED = """
update delivery_slot s set hold_code = '', hold_detail = '', held_at = null, wake_at = least(s.wake_at, %(now)s)
from directory_credential c
where s.hold_code <> '' and c.channel_id = s.channel_id and c.set_at > s.held_at
"""

# The audit chain --------------------------------------------------------------------------------------------------

# One link per batch of ledger rows. Only rows so old that no engine transaction of that time can still be open.
LINKED = """
select i.id, coalesce((
    select e.subject_id::bigint from core_audit_entry e
    where e.institution_id = i.id and e.subject_type = 'delivery.ledger' order by e.seq desc limit 1), 0)
from accounts_institution i
"""
# One step into an index per institution and month since %(floor)s; an institution that is new here starts at 0.
UNLINKED_TENANTS = """
select i.id
from accounts_institution i
left join unnest(%(institutions)b::bigint[], %(sinces)b::bigint[]) as seen(id, since) on seen.id = i.id
cross join lateral (
    select l.id from delivery_ledger l
    where l.institution_id = i.id and l.id > coalesce(seen.since, 0) and l.owner <> ''
        and l.at > %(floor)s and l.at <= %(until)s
    order by l.id limit 1
) first
"""
CHAIN_LOCK = "select pg_advisory_xact_lock(7261, %(institution)s::int)"
LAST_LINK = """
select coalesce((
    select subject_id::bigint from core_audit_entry
    where institution_id = %(institution)s and subject_type = 'delivery.ledger' order by seq desc limit 1), 0)
"""
UNLINKED = """
select id, delivery_id, before, after, attempt from delivery_ledger
where institution_id = %(institution)s and id > %(since)s and owner <> '' and at > %(floor)s and at <= %(until)s
order by id limit %(limit)s
"""
APPEND_LINK = "select core_audit_append(%(institution)s, %(body)s)"
