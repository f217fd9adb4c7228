"""Emergency words that an expert signs, and what is looked at afterwards."""

import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import ravi.network.after_review


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_closing"),
        ("network", "0012_auto_adoption"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="standingrule",
            name="is_emergency",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="AfterReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("right", "Right as it went out"),
                            ("correct", "Must be corrected"),
                            ("withdraw", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=1000)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "filling",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="after_review", to="network.filling"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.institution"
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="network.template"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AfterReviewTold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("half", "Half of the time has passed"),
                            ("hours", "Two hours before"),
                            ("overdue", "Overdue"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.institution"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="told", to="network.afterreview"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="afterreview",
            index=models.Index(
                condition=models.Q(("done_at", None)), fields=["institution", "due_at"], name="after_review_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="afterreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_at__gt", models.F("opened_at")),
                    (
                        "due_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("opened_at"), "+", models.Value(datetime.timedelta(days=1))
                        ),
                    ),
                ),
                name="after_review_within_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="afterreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at", None), ("done_by", None), ("note", ""), ("verdict", "")),
                    models.Q(
                        ("done_at__isnull", False),
                        ("done_by__isnull", False),
                        (
                            "verdict__in",
                            [
                                ravi.network.after_review.Verdict["RIGHT"],
                                ravi.network.after_review.Verdict["CORRECT"],
                                ravi.network.after_review.Verdict["WITHDRAW"],
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="after_review_done_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="afterreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict__in", ["", ravi.network.after_review.Verdict["RIGHT"]]),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="after_review_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="afterreviewtold",
            constraint=models.UniqueConstraint(fields=("review", "step"), name="after_review_told_once"),
        ),
        migrations.AddConstraint(
            model_name="afterreviewtold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "step__in",
                        [
                            ravi.network.after_review.Step["HALF"],
                            ravi.network.after_review.Step["HOURS"],
                            ravi.network.after_review.Step["OVERDUE"],
                        ],
                    )
                ),
                name="after_review_step_known",
            ),
        ),
    ]
