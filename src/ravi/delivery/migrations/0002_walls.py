"""What the database itself refuses: unlisted channels, words that differ from their hash, changes to evidence."""

from django.db import migrations

WALLS = """
alter table delivery_delivery add constraint delivery_hash_is_of_payload
    check (content_hash = encode(sha256(convert_to(payload, 'UTF8')), 'hex'));

-- Official and attributed: only a channel that stands, active, in the institution's public list. Removals always go.
create function delivery_refuse_unlisted() returns trigger language plpgsql as $$
begin
    if new.action <> 'delete' and not exists (
        select 1 from directory_channel c
        where c.id = new.channel_id and c.institution_id = new.institution_id and c.state = 'active' and c.listed
    ) then
        raise exception 'Channel % is not an active channel of the public list.', new.channel_id
            using errcode = 'check_violation', constraint = 'delivery_channel_is_public';
    end if;
    return new;
end $$;

create trigger refuse_unlisted before insert on delivery_delivery
    for each row execute function delivery_refuse_unlisted();

create trigger append_only before update or delete or truncate on delivery_ledger
    for each statement execute function core_append_only();
create trigger append_only before update or delete or truncate on delivery_attempt
    for each statement execute function core_append_only();

-- Rows change several times each: room on their own page keeps the updates cheap.
alter table delivery_delivery set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
alter table delivery_slot set (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02);
"""

UNDO = """
alter table delivery_slot reset (fillfactor, autovacuum_vacuum_scale_factor);
alter table delivery_delivery reset (fillfactor, autovacuum_vacuum_scale_factor);
drop trigger append_only on delivery_attempt;
drop trigger append_only on delivery_ledger;
drop trigger refuse_unlisted on delivery_delivery;
drop function delivery_refuse_unlisted();
alter table delivery_delivery drop constraint delivery_hash_is_of_payload;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0001_initial"),
        ("core", "0002_audit_chain"),
        ("directory", "0001_initial"),
    ]
    operations = [migrations.RunSQL(WALLS, UNDO)]
