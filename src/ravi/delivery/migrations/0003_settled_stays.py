"""What is settled stays: no SQL, by whatever role, brings a copy back into the line and so sends it twice."""

from django.db import migrations

WALL = """
create function delivery_refuse_return() returns trigger language plpgsql as $$
begin
    raise exception 'A copy does not go from % to %.', old.state, new.state
        using errcode = 'check_violation', constraint = 'delivery_settled_stays';
end $$;

create trigger settled_stays before update of state on delivery_delivery
    for each row when (
        old.state in ('sent', 'failed', 'missed', 'cancelled', 'superseded') and new.state <> old.state
    )
    execute function delivery_refuse_return();
"""

UNDO = """
drop trigger settled_stays on delivery_delivery;
drop function delivery_refuse_return();
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0002_walls")]
    operations = [migrations.RunSQL(WALL, UNDO)]
