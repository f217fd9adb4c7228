"""What people did by hand: their reports, and the one door through which their word goes against an earlier one."""

import django.db.models.deletion
from django.db import migrations, models

# A copy by hand is never sent by a program (its adapter cannot), so none of these ways sends anything twice.
WALL = """
drop trigger settled_stays on delivery_delivery;
create trigger settled_stays before update of state on delivery_delivery
    for each row when (
        old.state in ('sent', 'failed', 'missed', 'cancelled', 'superseded') and new.state <> old.state
        and not (old.adapter = 'manual' and (
            (old.state = 'sent' and new.state = 'held') or (old.state <> 'sent' and new.state = 'sent')))
    )
    execute function delivery_refuse_return();
create trigger append_only before update or delete or truncate on delivery_handreport
    for each statement execute function core_append_only();
"""

UNDO = """
drop trigger append_only on delivery_handreport;
drop trigger settled_stays on delivery_delivery;
create trigger settled_stays before update of state on delivery_delivery
    for each row when (
        old.state in ('sent', 'failed', 'missed', 'cancelled', 'superseded') and new.state <> old.state
    )
    execute function delivery_refuse_return();
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0013_way")]
    operations = [
        migrations.CreateModel(
            name="HandReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "said",
                    models.CharField(
                        choices=[
                            ("done", "It is done"),
                            ("not_done", "It could not be done"),
                            ("all_the_same", "It was published all the same"),
                            ("taken_back", "The confirmation was a mistake"),
                            ("new_link", "The address was another"),
                        ],
                        max_length=20,
                    ),
                ),
                ("link", models.CharField(blank=True, max_length=2000)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("evidence", models.CharField(blank=True, max_length=64)),
                ("media_type", models.CharField(blank=True, max_length=100)),
                ("by_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "delivery",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hand_reports",
                        to="delivery.delivery",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.institution",
                    ),
                ),
            ],
            options={"ordering": ("at", "id")},
        ),
        migrations.AddIndex(
            "delivery",
            models.Index(
                condition=models.Q(("adapter", "manual"), ("stage", "held")),
                fields=["miss_at"],
                name="delivery_by_hand",
            ),
        ),
        migrations.RunSQL(WALL, UNDO),
    ]
