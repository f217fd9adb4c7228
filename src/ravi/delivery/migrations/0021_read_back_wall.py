"""Who has dealt with a change that did not stand is said once, by somebody of the institution, and stays said."""

from django.db import migrations

WALL = """
create function delivery_read_back_guard() returns trigger language plpgsql as $$
begin
    if old.settled_at is not null or new.settled_at is null
        or not exists (select 1 from accounts_person p
            where p.id = new.settled_by_id and p.institution_id = new.institution_id) then
        raise exception 'A case is settled once, and by a person of the institution.'
            using errcode = 'check_violation', constraint = 'read_back_settled_once';
    end if;
    return new;
end $$;
create trigger read_back_settled before update on delivery_read_back
    for each row when (current_user = 'ravi_web') execute function delivery_read_back_guard();
"""

UNDO = """
drop trigger read_back_settled on delivery_read_back;
drop function delivery_read_back_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0020_read_back")]

    operations = [migrations.RunSQL(WALL, UNDO)]
