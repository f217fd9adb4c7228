"""Since when nobody calls a platform: written by the database when a breaker opens, so that no engine has to."""

from django.db import migrations, models

SINCE = """
create function delivery_breaker_since() returns trigger language plpgsql as $$
begin
    if new.trips = 0 then
        new.opened_at := null;
    elsif tg_op = 'INSERT' or old.trips = 0 then
        new.opened_at := clock_timestamp();
    end if;
    return new;
end $$;

create trigger since before insert or update on delivery_breaker
    for each row execute function delivery_breaker_since();
"""
UNDO = """
drop trigger since on delivery_breaker;
drop function delivery_breaker_since();
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0004_own_address")]
    operations = [
        migrations.AddField("breaker", "opened_at", models.DateTimeField(null=True)),
        migrations.RunSQL(SINCE, UNDO),
    ]
