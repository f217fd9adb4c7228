"""Copies of older words that were in flight or unknown when newer ones came: by no SQL do they come back into the line."""

from django.db import migrations, models

WALL = """
create function delivery_refuse_kept_back() returns trigger language plpgsql as $$
begin
    raise exception 'Older words do not pass the fence.'
        using errcode = 'check_violation', constraint = 'delivery_stays_out';
end $$;

create trigger stays_out before update of state on delivery_delivery
    for each row when (
        new.is_kept_back and new.state in ('claimed', 'sending') and new.state <> old.state
    )
    execute function delivery_refuse_kept_back();
"""

UNDO = """
drop trigger stays_out on delivery_delivery;
drop function delivery_refuse_kept_back();
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0018_topic")]
    operations = [
        migrations.AddField("delivery", "is_kept_back", models.BooleanField(db_default=False, default=False)),
        migrations.AddConstraint(
            "delivery",
            models.CheckConstraint(
                condition=models.Q(
                    ("is_kept_back", False),
                    models.Q(("state__in", ["pending", "held"]), _negated=True),
                    _connector="OR",
                ),
                name="delivery_stays_out",
            ),
        ),
        migrations.RunSQL(WALL, UNDO),
    ]
