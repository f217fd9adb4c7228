"""What became of a part of a yes stays; the sentence that says why may lose a former colleague's name."""

from django.db import migrations

WALL = """
create or replace function network_shared_yes_part_guard() returns trigger language plpgsql as $$
begin
    if (new.shared_yes_id, new.post_id, new.digest) is distinct from (old.shared_yes_id, old.post_id, old.digest)
        or old.said_at is not null
            and (new.said_at, new.refused = '') is distinct from (old.said_at, old.refused = '')
    then
        raise exception 'A yes is said once to what was shown.' using errcode = 'check_violation';
    end if;
    return new;
end $$;
"""

UNDO = """
create or replace function network_shared_yes_part_guard() returns trigger language plpgsql as $$
begin
    if old.said_at is not null
        or (new.shared_yes_id, new.post_id, new.digest) is distinct from (old.shared_yes_id, old.post_id, old.digest)
    then
        raise exception 'A yes is said once to what was shown.' using errcode = 'check_violation';
    end if;
    return new;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0019_pins")]

    operations = [migrations.RunSQL(WALL, UNDO)]
