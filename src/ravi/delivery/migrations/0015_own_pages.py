"""What stands on Ravi's own pages is found by its channel and moment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_person_managers"),
        ("delivery", "0014_by_hand"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("platform", "feeds"), ("stage", "sent")),
                fields=["channel_id", "sent_at"],
                name="delivery_page",
            ),
        ),
    ]
