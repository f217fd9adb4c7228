"""Up to which change a hub was told."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_person_managers"),
    ]

    operations = [
        migrations.CreateModel(
            name="HubWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("told_through", models.DateTimeField()),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.institution"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("institution",), name="hub_word_once")],
            },
        ),
    ]
