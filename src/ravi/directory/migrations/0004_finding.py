"""What accounts told of their own limits: only added to."""

import django.db.models.deletion
from django.db import migrations, models

WALL = """
create trigger append_only before update or delete or truncate on directory_finding
    for each statement execute function core_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0003_life"),
        ("core", "0002_audit_chain"),
        ("accounts", "0001_initial"),
    ]
    operations = [
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=30)),
                ("value", models.FloatField()),
                ("documented", models.FloatField(null=True)),
                ("source", models.CharField(max_length=30)),
                ("found_at", models.DateTimeField()),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="directory.channel",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.institution"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["channel", "name", "-id"], name="finding_last")],
            },
        ),
        migrations.RunSQL(WALL, "drop trigger append_only on directory_finding"),
    ]
