"""Short addresses of messages, with one for every message that units have already; counts by the day."""

import secrets

import django.db.models.deletion
from django.db import migrations, models

from ravi.core import clock
from ravi.core.tenancy import tenant

LETTERS, LENGTH = "23456789abcdefghjkmnpqrstuvwxyz", 7


def give(apps, schema_editor):
    """The owner too sees one institution at a time."""
    message, short_link = apps.get_model("network", "Message"), apps.get_model("network", "ShortLink")
    for institution_id in apps.get_model("accounts", "Institution").objects.values_list("pk", flat=True):
        with tenant(institution_id):
            for pk in message.objects.exclude(current=None).values_list("pk", flat=True):
                code = "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))
                short_link.objects.create(institution_id=institution_id, message_id=pk, code=code, made_at=clock.now())


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_absence"),
        ("network", "0007_withdrawal"),
    ]

    operations = [
        migrations.CreateModel(
            name="ShortLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True)),
                ("made_at", models.DateTimeField()),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.institution"
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="short_link", to="network.message"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ShortLinkDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("opened", models.PositiveIntegerField(default=0)),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.institution"
                    ),
                ),
                (
                    "short_link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="days", to="network.shortlink"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("short_link", "day"), name="short_link_day_once")],
            },
        ),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
