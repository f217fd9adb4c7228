"""What a copy is about, so that a pause can hold one kind of content."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_absence"),
        ("delivery", "0017_reading_evidence"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="stoporder",
            name="stop_scope_known",
        ),
        migrations.AddField(
            model_name="delivery",
            name="topic",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddConstraint(
            model_name="stoporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    scope__in=["all", "institution", "unit", "campaign", "platform", "channel", "topic"]
                ),
                name="stop_scope_known",
            ),
        ),
    ]
