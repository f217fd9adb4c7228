"""One yes to many units is also said to corrections, and stays to what it was said."""

from django.db import migrations, models

WALL = """
create or replace function network_shared_yes_guard() returns trigger language plpgsql as $$
begin
    if old.ended_at is not null
        or (new.version_id, new.by_id, new.at, new.begins_at, new.is_correction)
            is distinct from (old.version_id, old.by_id, old.at, old.begins_at, old.is_correction)
    then
        raise exception 'A yes that was said to many stays as it was said.' using errcode = 'check_violation';
    end if;
    return new;
end $$;
"""

UNDO = """
create or replace function network_shared_yes_guard() returns trigger language plpgsql as $$
begin
    if old.ended_at is not null
        or (new.version_id, new.by_id, new.at, new.begins_at) is distinct from (old.version_id, old.by_id, old.at, old.begins_at)
    then
        raise exception 'A yes that was said to many stays as it was said.' using errcode = 'check_violation';
    end if;
    return new;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0017_translation_revision")]

    operations = [
        migrations.AddField("sharedyes", "is_correction", models.BooleanField(db_default=False, default=False)),
        migrations.RunSQL(WALL, UNDO),
    ]
