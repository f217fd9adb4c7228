"""Light content is a topic of its own: it can be paused."""

from django.db import migrations, models

import ravi.publishing.rules


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0011_words_kept"),
    ]

    operations = [
        migrations.AlterField(
            model_name="post",
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
        migrations.AlterField(
            model_name="steprule",
            name="topic",
            field=models.CharField(
                choices=[
                    ("organisation", "News of the organisation"),
                    ("health", "Health advice"),
                    ("light", "Light content (greetings, contests)"),
                ],
                max_length=20,
            ),
        ),
    ]
