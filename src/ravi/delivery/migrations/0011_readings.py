"""Numbers of channels and posts, and when each is read again."""

import django.db.models.deletion
from django.db import migrations, models

import ravi.delivery.readings.rules
import ravi.delivery.rules

_KIND = ravi.delivery.readings.rules.Kind
_SOURCE = ravi.delivery.readings.rules.Source
_ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_person_managers"), ("delivery", "0010_hash_once")]

    operations = [
        # Copies that went out, in the order in which they settled: whoever reads their numbers goes on from where they were.
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(
                    ("action", ravi.delivery.rules.Action["PUBLISH"]), ("stage", ravi.delivery.rules.State["SENT"])
                ),
                fields=["settled_at", "id"],
                name="delivery_to_be_read",
            ),
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", _ID),
                (
                    "institution",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.institution",
                    ),
                ),
                ("channel_id", models.BigIntegerField()),
                (
                    "delivery",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="delivery.delivery",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("followers", "Followers"),
                            ("views", "Views"),
                            ("reactions", "Reactions"),
                            ("shares", "Shares"),
                            ("replies", "Replies"),
                        ],
                        max_length=12,
                    ),
                ),
                ("value", models.BigIntegerField()),
                (
                    "source",
                    models.CharField(
                        choices=[("api", "the platform"), ("person", "a colleague"), ("file", "a file")], max_length=6
                    ),
                ),
                ("taken_at", models.DateTimeField()),
                ("noted_at", models.DateTimeField()),
                ("by_id", models.BigIntegerField(null=True)),
                ("evidence_link", models.CharField(blank=True, max_length=2000)),
                ("evidence_sha256", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("value__gte", 0)), name="reading_not_below_nothing"),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", list(_SOURCE))), name="reading_source_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivery", None), ("kind", _KIND["FOLLOWERS"])),
                            models.Q(
                                ("delivery__isnull", False),
                                ("kind__in", [_KIND["VIEWS"], _KIND["REACTIONS"], _KIND["SHARES"], _KIND["REPLIES"]]),
                            ),
                            _connector="OR",
                        ),
                        name="reading_kind_of_its_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", _SOURCE["API"]), _negated=True),
                            models.Q(("by_id", None), ("evidence_link", ""), ("evidence_sha256", "")),
                            _connector="OR",
                        ),
                        name="reading_keeps_no_answer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source", _SOURCE["API"]),
                            models.Q(
                                ("by_id__isnull", False),
                                models.Q(
                                    models.Q(("evidence_link", ""), _negated=True),
                                    models.Q(("evidence_sha256", ""), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="reading_by_hand_has_evidence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("noted_at__gte", models.F("taken_at"))), name="reading_not_ahead"
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("delivery__isnull", False)),
                        fields=["delivery", "kind", "-taken_at", "-id"],
                        name="reading_of_post",
                    ),
                    models.Index(
                        condition=models.Q(("delivery", None)),
                        fields=["channel_id", "kind", "-taken_at", "-id"],
                        name="reading_of_channel",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadingDue",
            fields=[
                ("id", _ID),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.institution"
                    ),
                ),
                ("channel_id", models.BigIntegerField()),
                (
                    "delivery",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reading_due",
                        to="delivery.delivery",
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("failures", models.PositiveIntegerField(default=0)),
                ("code", models.CharField(blank=True, max_length=60)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "delivery_reading_due",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("delivery", None)), fields=("channel_id",), name="reading_due_of_channel"
                    ),
                ],
                "indexes": [
                    models.Index(condition=models.Q(("ended_at", None)), fields=["due_at"], name="reading_due")
                ],
            },
        ),
    ]
