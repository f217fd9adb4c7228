"""Lists of messages are answered by indexes alone: which still have copies to go, and how the copies of each stand."""

from django.db import migrations, models

KEY = """
alter table delivery_ledger drop constraint delivery_ledger_pkey;
alter table delivery_ledger add primary key ({columns});
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0007_months")]
    operations = [
        # No index by number alone: looking for one institution's rows the database would walk through everybody's.
        migrations.RunSQL(KEY.format(columns="institution_id, id, at"), KEY.format(columns="id, at")),
        migrations.AddIndex(
            "delivery",
            models.Index(
                condition=models.Q(("stage", "open")),
                fields=["institution", "post_id"],
                include=["unit_id", "due_at"],
                name="delivery_going",
            ),
        ),
        migrations.RemoveIndex("delivery", "delivery_of_post"),
        migrations.AddIndex(
            "delivery",
            models.Index(fields=["post_id"], include=["institution", "stage"], name="delivery_of_post"),
        ),
    ]
