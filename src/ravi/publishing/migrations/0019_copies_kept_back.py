"""Copies that were in flight or unknown when their words were halted or withdrawn, before there was a mark for it; and the
database's own hold on the mark: it ends with the halt alone."""

from django.db import migrations

FILL = """
alter table publishing_post no force row level security;
alter table delivery_delivery no force row level security;
update delivery_delivery d set is_kept_back = true from publishing_post p
where p.id = d.post_id and (p.halted_at is not null or p.state = 'withdrawn')
    and d.action = 'publish' and d.state in ('claimed', 'sending', 'unknown');
alter table delivery_delivery force row level security;
alter table publishing_post force row level security;
"""

WALL = """
create function publishing_keep_halted_back() returns trigger language plpgsql as $$
begin
    perform 1 from publishing_post p
    where p.id = new.post_id and (p.halted_at is not null or p.state = 'withdrawn');
    if found then
        raise exception 'Newer words than these are there, or they were withdrawn.'
            using errcode = 'check_violation', constraint = 'post_is_halted';
    end if;
    return new;
end $$;

create trigger halted_stays_out before update of is_kept_back on delivery_delivery
    for each row when (old.is_kept_back and not new.is_kept_back) execute function publishing_keep_halted_back();
"""

UNDO = """
drop trigger halted_stays_out on delivery_delivery;
drop function publishing_keep_halted_back();
"""


class Migration(migrations.Migration):
    dependencies = [("publishing", "0018_copies_topic"), ("delivery", "0019_kept_back")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop), migrations.RunSQL(WALL, UNDO)]
