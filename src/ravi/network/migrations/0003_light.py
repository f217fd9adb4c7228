"""A message of headquarters can be light content too."""

from django.db import migrations, models

import ravi.publishing.rules


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0002_walls"),
    ]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="topic",
            field=models.CharField(
                choices=[
                    ("organisation", "News of the organisation"),
                    ("health", "Health advice"),
                    ("light", "Light content (greetings, contests)"),
                ],
                default=ravi.publishing.rules.Topic["HEALTH"],
                max_length=20,
            ),
        ),
    ]
