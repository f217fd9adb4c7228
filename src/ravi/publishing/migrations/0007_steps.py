"""One yes or two, by topic and unit: each is a row, and a copy says how many it needs."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_reads"),
        ("publishing", "0006_post_by_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StepRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "topic",
                    models.CharField(
                        choices=[("organisation", "News of the organisation"), ("health", "Health advice")],
                        max_length=20,
                    ),
                ),
                ("steps", models.PositiveSmallIntegerField()),
                ("set_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="approval",
            name="approval_live_once",
        ),
        migrations.AddField(
            model_name="approval",
            name="is_expert",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="approval",
            name="step",
            field=models.PositiveSmallIntegerField(db_default=1),
        ),
        migrations.AddField(
            model_name="copy",
            name="needs_expert",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="copy",
            name="steps",
            field=models.PositiveSmallIntegerField(db_default=1),
        ),
        migrations.AddField(
            model_name="post",
            name="steps",
            field=models.PositiveSmallIntegerField(db_default=1),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(
                condition=models.Q(("voided_at", None)), fields=("copy", "step"), name="approval_live_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(
                condition=models.Q(("voided_at", None)), fields=("copy", "approver"), name="approval_of_person_once"
            ),
        ),
        migrations.AddField(
            model_name="steprule",
            name="institution",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.institution"
            ),
        ),
        migrations.AddField(
            model_name="steprule",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="steprule",
            name="unit",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="steprule",
            constraint=models.UniqueConstraint(
                fields=("institution", "topic", "unit"), name="step_rule_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="steprule",
            constraint=models.CheckConstraint(
                condition=models.Q(("steps__gte", 1), ("steps__lte", 2)), name="step_rule_in_bounds"
            ),
        ),
    ]
