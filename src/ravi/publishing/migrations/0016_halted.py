"""Words that newer ones are there for get no yes and no order, whatever SQL the web writes."""

from django.db import migrations, models

WALL = """
create function publishing_refuse_halted() returns trigger language plpgsql as $$
begin
    perform 1 from publishing_post p join publishing_copy c on c.post_id = p.id
    where c.id = new.copy_id and p.halted_at is not null;
    if found then
        raise exception 'Newer words than these are there.'
            using errcode = 'check_violation', constraint = 'post_is_halted';
    end if;
    return new;
end $$;

create trigger not_halted before insert on publishing_approval
    for each row execute function publishing_refuse_halted();

create function publishing_refuse_halted_order() returns trigger language plpgsql as $$
begin
    perform 1 from publishing_post p where p.id = new.post_id and p.halted_at is not null;
    if found then
        raise exception 'Newer words than these are there.'
            using errcode = 'check_violation', constraint = 'post_is_halted';
    end if;
    return new;
end $$;

create trigger not_halted before insert on delivery_delivery
    for each row when (new.action = 'publish' and current_user = 'ravi_web')
    execute function publishing_refuse_halted_order();
"""

UNDO = """
drop trigger not_halted on delivery_delivery;
drop function publishing_refuse_halted_order();
drop trigger not_halted on publishing_approval;
drop function publishing_refuse_halted();
"""


class Migration(migrations.Migration):
    dependencies = [("publishing", "0015_approval_rule")]
    operations = [
        migrations.AddField("post", "halted_at", models.DateTimeField(null=True)),
        migrations.RunSQL(WALL, UNDO),
    ]
