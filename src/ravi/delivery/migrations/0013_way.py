"""Which route leads to each platform, as the engines were told, and how each way fares."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0012_reading_months")]
    operations = [
        migrations.CreateModel(
            name="Way",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("platform", models.CharField(max_length=30)),
                ("route", models.CharField(max_length=60)),
                ("is_chosen", models.BooleanField(default=False)),
                ("ok_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("platform", "route"), name="way_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_chosen", True)), fields=("platform",), name="way_chosen_once"
                    ),
                ],
            },
        ),
    ]
