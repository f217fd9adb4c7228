"""What was read back of each edit and removal that a platform said yes to."""

import django.db.models.deletion
from django.db import migrations, models

_ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
_CASES = ["gone", "other_words", "still_there"]
_KNOWN = [*_CASES, "not_read", "over", "removed", "stands", "waits"]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_closing"), ("delivery", "0019_kept_back")]

    operations = [
        # Changes that went out, in the order in which they settled.
        migrations.AddIndex(
            "delivery",
            models.Index(
                condition=models.Q(("action__in", ["edit", "delete"]), ("stage", "sent")),
                fields=["settled_at"],
                name="delivery_changed",
            ),
        ),
        migrations.CreateModel(
            name="ReadBack",
            fields=[
                ("id", _ID),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.institution",
                    ),
                ),
                ("channel_id", models.BigIntegerField()),
                (
                    "delivery",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="read_back", to="delivery.delivery"
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("looks", models.PositiveSmallIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("code", models.CharField(blank=True, max_length=60)),
                ("outcome", models.CharField(default="waits", max_length=12)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("looked_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("settled_by_id", models.BigIntegerField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "delivery_read_back",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", sorted(_KNOWN))), name="read_back_outcome_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("outcome", "waits")),
                            models.Q(models.Q(("outcome", "waits"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="read_back_ends_with_an_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("settled_at", None), ("outcome__in", _CASES), _connector="OR"),
                        name="read_back_settles_a_case",
                    ),
                ],
                "indexes": [
                    models.Index(condition=models.Q(("ended_at", None)), fields=["due_at"], name="read_back_due"),
                    models.Index(
                        condition=models.Q(("outcome__in", _CASES), ("settled_at", None)),
                        fields=["institution"],
                        name="read_back_case",
                    ),
                ],
            },
        ),
    ]
