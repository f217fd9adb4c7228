"""Which languages a person reads: health advice is approved by an expert who reads its own."""

from django.db import migrations, models

import ravi.accounts.models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_person_managers"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="reads",
            field=models.JSONField(default=ravi.accounts.models.persian_only),
        ),
    ]
