"""A claim and a fence change no index: two thirds of all changes of copies stay on their page."""

import django.db.models.deletion
from django.db import migrations, models

import ravi.delivery.rules


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("delivery", "0005_breaker_since"),
    ]

    operations = [
        # A copy has three lives on its page before the first can be swept away.
        migrations.RunSQL(
            "alter table delivery_delivery set (fillfactor = 50)", "alter table delivery_delivery set (fillfactor = 80)"
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="delivery_ordered_once",
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_head",
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_lease",
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_miss",
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_held_expiry",
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_look",
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_unknown",
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_on_desk",
        ),
        migrations.AddField(
            model_name="delivery",
            name="stage",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        state__in=[
                            ravi.delivery.rules.State["CLAIMED"],
                            ravi.delivery.rules.State["PENDING"],
                            ravi.delivery.rules.State["SENDING"],
                        ],
                        then=models.Value("open"),
                    ),
                    default=models.F("state"),
                ),
                output_field=models.CharField(max_length=10),
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="trouble_at",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        state__in=[
                            ravi.delivery.rules.State["FAILED"],
                            ravi.delivery.rules.State["HELD"],
                            ravi.delivery.rules.State["MISSED"],
                            ravi.delivery.rules.State["UNKNOWN"],
                        ],
                        then=models.F("changed_at"),
                    )
                ),
                output_field=models.DateTimeField(null=True),
            ),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="institution",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.institution",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="about",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="later_changes",
                to="delivery.delivery",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="institution",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.institution"
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="institution",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.institution",
            ),
        ),
        migrations.AlterField(
            model_name="slot",
            name="institution",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.institution"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("stage", "open")),
                fields=["channel_id", "lane", "due_at", "id"],
                name="delivery_head",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(condition=models.Q(("stage", "open")), fields=["miss_at"], name="delivery_miss"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("stage", ravi.delivery.rules.State["HELD"])),
                fields=["valid_until"],
                name="delivery_held_expiry",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("look_at__isnull", False), ("stage", ravi.delivery.rules.State["UNKNOWN"])),
                fields=["look_at"],
                name="delivery_look",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("stage", ravi.delivery.rules.State["UNKNOWN"])),
                fields=["channel_id", "lane"],
                name="delivery_unknown",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("trouble_at__isnull", False)),
                fields=["institution", "trouble_at"],
                name="delivery_on_desk",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(condition=models.Q(("about__isnull", False)), fields=["about"], name="delivery_about"),
        ),
        migrations.AddIndex(
            model_name="slot",
            index=models.Index(condition=models.Q(("busy_id__isnull", False)), fields=["busy_id"], name="slot_busy"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("action", ravi.delivery.rules.Action["PUBLISH"]),
                    models.Q(
                        (
                            "stage__in",
                            [
                                ravi.delivery.rules.State["CANCELLED"],
                                ravi.delivery.rules.State["SUPERSEDED"],
                                ravi.delivery.rules.State["MISSED"],
                                ravi.delivery.rules.State["FAILED"],
                            ],
                        ),
                        _negated=True,
                    ),
                ),
                fields=("post_id", "channel_id", "action", "content_hash"),
                name="delivery_ordered_once",
            ),
        ),
    ]
