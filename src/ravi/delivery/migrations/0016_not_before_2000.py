"""No number is older than this century."""

import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0015_own_pages"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken_at__gte", datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC))),
                name="reading_not_before_2000",
            ),
        ),
    ]
