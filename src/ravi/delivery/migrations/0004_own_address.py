"""Words approved for a channel go to that channel's address: no SQL orders them to another one."""

from django.db import migrations

WALL = """
create function delivery_refuse_wrong_target() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from directory_channel c where c.id = new.channel_id and c.address = new.target) then
        raise exception 'The copy is addressed to another place than channel %.', new.channel_id
            using errcode = 'check_violation', constraint = 'delivery_target_is_the_channels';
    end if;
    return new;
end $$;

-- Edits, removals and pins concern an earlier copy and go where that one went.
create trigger refuse_wrong_target before insert on delivery_delivery
    for each row when (new.action = 'publish') execute function delivery_refuse_wrong_target();
"""

UNDO = """
drop trigger refuse_wrong_target on delivery_delivery;
drop function delivery_refuse_wrong_target();
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0003_settled_stays"), ("directory", "0001_initial")]
    operations = [migrations.RunSQL(WALL, UNDO)]
