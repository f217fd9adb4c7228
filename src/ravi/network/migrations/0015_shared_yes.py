"""One yes said to many units, carried to their posts one after the other; with its walls."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

WALLS = """
create function network_shared_yes_guard() returns trigger language plpgsql as $$
begin
    if old.ended_at is not null
        or (new.version_id, new.by_id, new.at, new.begins_at) is distinct from (old.version_id, old.by_id, old.at, old.begins_at)
    then
        raise exception 'A yes that was said to many stays as it was said.' using errcode = 'check_violation';
    end if;
    return new;
end $$;

create trigger guard before update on network_sharedyes for each row execute function network_shared_yes_guard();

create function network_shared_yes_part_guard() returns trigger language plpgsql as $$
begin
    if old.said_at is not null
        or (new.shared_yes_id, new.post_id, new.digest) is distinct from (old.shared_yes_id, old.post_id, old.digest)
    then
        raise exception 'A yes is said once to what was shown.' using errcode = 'check_violation';
    end if;
    return new;
end $$;

create trigger guard before update on network_sharedyespart
    for each row execute function network_shared_yes_part_guard();
"""

UNDO = """
drop trigger guard on network_sharedyespart;
drop function network_shared_yes_part_guard();
drop trigger guard on network_sharedyes;
drop function network_shared_yes_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_closing"),
        ("network", "0014_emergency_walls"),
        ("publishing", "0017_emergency"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SharedYes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("begins_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.institution"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="network.version"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SharedYesPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("said_at", models.DateTimeField(null=True)),
                ("refused", models.TextField(default="")),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.institution"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="publishing.post"
                    ),
                ),
                (
                    "shared_yes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="network.sharedyes"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="sharedyes",
            index=models.Index(condition=models.Q(("ended_at", None)), fields=["begins_at"], name="shared_yes_open"),
        ),
        migrations.AddConstraint(
            model_name="sharedyes",
            constraint=models.CheckConstraint(
                condition=models.Q(("stopped_at", None), ("ended_at__isnull", False), _connector="OR"),
                name="shared_yes_stopped_is_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharedyespart",
            constraint=models.UniqueConstraint(fields=("shared_yes", "post"), name="shared_yes_part_once"),
        ),
        migrations.AddConstraint(
            model_name="sharedyespart",
            constraint=models.CheckConstraint(
                condition=models.Q(("refused", ""), ("said_at__isnull", False), _connector="OR"),
                name="shared_yes_refused_is_said",
            ),
        ),
        migrations.RunSQL(WALLS, UNDO),
    ]
