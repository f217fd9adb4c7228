"""A unit can end, alone or in another one; what it published stays."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_absence"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="unit",
            name="unit_name_once",
        ),
        migrations.AddField(
            model_name="unit",
            name="closed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="unit",
            name="closed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="successor",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("institution", "parent", "name"), name="unit_name_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed_at", None), ("parent__isnull", False), _connector="OR"),
                name="unit_root_stays",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_at__isnull", False), models.Q(("closed_by", None), ("successor", None)), _connector="OR"
                ),
                name="unit_closed_by_somebody",
            ),
        ),
    ]
