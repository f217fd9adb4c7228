"""Copies of older words that were in flight or unknown when newer ones came: by no SQL do they come back into the line."""

from django.db import migrations, models

WALL = """
create function delivery_refuse_kept_back() returns trigger language plpgsql as $$
begin
    -- What may be out is repeated under its key where it is removed next: the removal needs its address.
    perform 1 from delivery_delivery r where new.sent_maybe and r.about_id = new.id and r.action = 'delete';
    if not found then
        raise exception 'Older words do not come back into the line.'
            using errcode = 'check_violation', constraint = 'delivery_stays_out';
    end if;
    return new;
end $$;

create trigger stays_out before update of state on delivery_delivery
    for each row when (
        new.is_kept_back and new.state <> old.state and new.state in ('pending', 'held', 'claimed', 'sending')
        and (not new.sent_maybe or old.state not in ('pending', 'held', 'claimed'))
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
                    ("sent_maybe", True),
                    models.Q(("state__in", ["pending", "held"]), _negated=True),
                    _connector="OR",
                ),
                name="delivery_stays_out",
            ),
        ),
        migrations.RunSQL(WALL, UNDO),
    ]
