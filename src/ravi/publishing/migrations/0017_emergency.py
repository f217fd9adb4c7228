"""Posts that go before all others, and the ledger's wall: nothing else goes in the emergency lane."""

from django.db import migrations, models

# Which posts those are the room that knows of experts' signatures says, in a wall of its own.
WALL = """
create function publishing_refuse_emergency() returns trigger language plpgsql as $$
begin
    perform 1 from publishing_post p
    where p.id = new.post_id and p.institution_id = new.institution_id and p.is_emergency;
    if not found then
        raise exception 'Only what an expert approved beforehand goes in the emergency lane.'
            using errcode = 'check_violation', constraint = 'emergency_lane_is_signed';
    end if;
    return new;
end $$;
create trigger emergency_lane before insert on delivery_delivery
    for each row when (new.lane = 1 and current_user = 'ravi_web') execute function publishing_refuse_emergency();
"""

UNDO = """
drop trigger emergency_lane on delivery_delivery;
drop function publishing_refuse_emergency();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0016_halted"),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="is_emergency",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunSQL(WALL, UNDO),
    ]
