"""Promise 4 in the ledger itself: the web's role cannot order words that have no living yes, whatever SQL it writes.

Publishing may know of deliveries, not the other way round, so the wall stands here. Removals need no yes.
"""

from django.db import migrations

WALL = """
create function publishing_refuse_unapproved() returns trigger language plpgsql as $$
begin
    perform 1
    from publishing_approval a join publishing_copy c on c.id = a.copy_id
    where a.content_hash = new.content_hash and a.voided_at is null and a.institution_id = new.institution_id
        and c.post_id = new.post_id and c.channel_id = new.channel_id;
    if not found then
        raise exception 'No living approval of these words for channel %.', new.channel_id
            using errcode = 'check_violation', constraint = 'delivery_has_a_yes';
    end if;
    return new;
end $$;

create trigger approved_only before insert on delivery_delivery
    for each row when (new.action <> 'delete' and current_user = 'ravi_web')
    execute function publishing_refuse_unapproved();

create index approval_of_hash on publishing_approval (content_hash) where voided_at is null;
"""

UNDO = """
drop index approval_of_hash;
drop trigger approved_only on delivery_delivery;
drop function publishing_refuse_unapproved();
"""


class Migration(migrations.Migration):
    dependencies = [("publishing", "0002_binding"), ("delivery", "0002_walls")]
    operations = [migrations.RunSQL(WALL, UNDO)]
