"""The evidence by months: what is old goes a month at a time, and whoever asks for one copy reads its months only."""

from django.db import migrations

FUNCTIONS = """
-- Makes one month of one table and returns whether it was missing. Rows that came before their month stand in the default
-- partition and move. A month has no grants and no policies: nobody reads it but through its table, whose walls hold then.
create function delivery_make_month(evidence text, month date) returns boolean language plpgsql
    set search_path = public, pg_temp as $$
declare
    moment text := case evidence when 'delivery_ledger' then 'at' when 'delivery_attempt' then 'ended_at' end;
    name text := evidence || to_char(month, '_YYYY_MM');
    rest text := evidence || '_default';
    first timestamptz := date_trunc('month', month::timestamp) at time zone 'UTC';
    next timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') at time zone 'UTC';
begin
    if moment is null then
        raise exception '% is not kept by months.', evidence;
    end if;
    if to_regclass(name) is not null then
        return false;
    end if;
    execute format('create table %I (like %I including all)', name, evidence);
    -- Nothing is changed in it any more: what vacuum has frozen need not be read again.
    execute format('alter table %I set (autovacuum_freeze_min_age = 0, autovacuum_vacuum_insert_scale_factor = 0.05)', name);
    execute format('alter table %I no force row level security, disable trigger append_only', rest);
    execute format('with moved as (delete from %1$I where %2$I >= %3$L and %2$I < %4$L returning *)
        insert into %5$I select * from moved', rest, moment, first, next, name);
    execute format('alter table %I force row level security, enable trigger append_only', rest);
    execute format('alter table %I enable row level security, force row level security', name);
    execute format('create trigger append_only before update or delete or truncate on %I
        for each statement execute function core_append_only()', name);
    -- Unlike "create table ... partition of", attaching lets everybody go on reading and writing the table.
    execute format('alter table %I attach partition %I for values from (%L) to (%L)', evidence, name, first, next);
    return true;
end $$;

-- Last month, this one and the next three; how many were missing. With the owner's rights and without a choice for the
-- caller, so that the jobs process, which owns nothing, sees to it in time.
create function delivery_make_months() returns integer language plpgsql security definer
    set search_path = public, pg_temp set lock_timeout = '5s' as $$
declare
    made integer;
begin
    if not pg_try_advisory_xact_lock(7263) then
        return 0;  -- somebody else makes them at this moment
    end if;
    select count(*) filter (where public.delivery_make_month(evidence, month)) into made
    from unnest(array['delivery_ledger', 'delivery_attempt']) as tables(evidence) cross join (
        select (date_trunc('month', now() at time zone 'UTC') + n * interval '1 month')::date
        from generate_series(-1, 3) as n
    ) as months(month);
    return made;
end $$;

revoke execute on function delivery_make_month(text, date), delivery_make_months() from public;
grant execute on function delivery_make_months() to ravi_web, ravi_engine;
"""

# The names of a table and of its time; `owner` tells rows of engines, which the audit chain links, from people's.
PARTED = """
alter table {table} no force row level security;
alter table {table} rename to {table}_whole;
create table {table} (like {table}_whole including constraints) partition by range ({moment});
create table {table}_default partition of {table} default;
alter table {table}_default enable row level security, force row level security;
create trigger append_only before update or delete or truncate on {table}
    for each statement execute function core_append_only();
create trigger append_only before update or delete or truncate on {table}_default
    for each statement execute function core_append_only();
select delivery_make_month('{table}', month) from (
    select distinct date_trunc('month', {moment} at time zone 'UTC')::date as month from {table}_whole
) as found;
insert into {table} select * from {table}_whole;
create sequence {table}_number owned by {table}.id;
select setval('{table}_number', coalesce(max(id), 0) + 1, false) from {table}_whole;
drop table {table}_whole;
alter sequence {table}_number rename to {table}_id_seq;
alter table {table} alter id set default nextval('{table}_id_seq'), add primary key (id, {moment});
create index {table}_of_delivery on {table} (delivery_id);
"""
LEDGER = (
    PARTED.format(table="delivery_ledger", moment="at")
    + """
create index delivery_ledger_of_engines on delivery_ledger (institution_id, id) where owner <> '';
"""
)
ATTEMPT = PARTED.format(table="delivery_attempt", moment="ended_at")
NOW = "select delivery_make_months()"

WHOLE = """
alter table {table} no force row level security;
alter table {table} rename to {table}_parted;
create table {table} (like {table}_parted including constraints);
alter table {table}_parted alter id drop default;
drop sequence {table}_id_seq;
insert into {table} select * from {table}_parted;
drop table {table}_parted;
alter table {table} alter id add generated by default as identity, add primary key (id);
select setval('{table}_id_seq', coalesce(max(id), 0) + 1, false) from {table};
create index {table}_of_delivery on {table} (delivery_id);
create trigger append_only before update or delete or truncate on {table}
    for each statement execute function core_append_only();
alter table {table} enable row level security, force row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0006_stage")]
    operations = [
        migrations.RunSQL(
            FUNCTIONS, "drop function delivery_make_months(); drop function delivery_make_month(text, date)"
        ),
        migrations.RunSQL(LEDGER, WHOLE.format(table="delivery_ledger")),
        migrations.RunSQL(ATTEMPT, WHOLE.format(table="delivery_attempt")),
        migrations.RunSQL(NOW, migrations.RunSQL.noop),
    ]
