"""The database's own hold on corrections: a yes to a change is to that change of that copy, of the message's own chain and
on the same channel. Pins bring no words, so that they need no yes, as removals."""

from django.db import migrations

WALL = """
alter table publishing_copy add constraint copy_says_its_way check (
    way in ('new', 'in_place', 'edit', 'reply', 'replace', 'by_hand')
    and (way = 'new') = (of_id is null)
    and (payload::jsonb->>'action') = case when way in ('edit', 'by_hand') then 'edit' else 'publish' end
    and (payload::jsonb->>'of')::bigint is not distinct from case when way in ('edit', 'by_hand') then of_id end
    and (way = 'reply') = ((payload::jsonb->>'reply_to') is not null)
    and (way <> 'reply' or (payload::jsonb->>'reply_to')::bigint = of_id)
);

create function publishing_post_corrects_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.corrects_id is distinct from old.corrects_id then
        raise exception 'What a post corrects does not change.' using errcode = 'check_violation';
    end if;
    perform 1 from publishing_post first
    where first.id = new.corrects_id and first.corrects_id is null and first.unit_id = new.unit_id
        and first.institution_id = new.institution_id;
    if not found then
        raise exception 'A correction is of a message of the same unit, and of the first one.'
            using errcode = 'check_violation', constraint = 'post_corrects_the_first';
    end if;
    return new;
end $$;

create trigger corrects_a_message before insert or update of corrects_id on publishing_post
    for each row when (new.corrects_id is not null) execute function publishing_post_corrects_guard();

create function publishing_copy_of_guard() returns trigger language plpgsql as $$
begin
    perform 1
    from publishing_post p
    join delivery_delivery d on d.id = new.of_id
    join publishing_post whose on whose.id = d.post_id
    where p.id = new.post_id and p.corrects_id is not null and p.corrects_id in (whose.id, whose.corrects_id)
        and d.channel_id = new.channel_id and d.institution_id = new.institution_id and d.action = 'publish';
    if not found then
        raise exception 'A correction changes copies of its own message, on their own channels.'
            using errcode = 'check_violation', constraint = 'copy_corrects_its_own';
    end if;
    return new;
end $$;

create trigger corrects_its_own before insert on publishing_copy
    for each row when (new.of_id is not null) execute function publishing_copy_of_guard();

create or replace function publishing_refuse_unapproved() returns trigger language plpgsql as $$
begin
    perform 1
    from publishing_approval a join publishing_copy c on c.id = a.copy_id
    where a.content_hash = new.content_hash and a.voided_at is null and a.institution_id = new.institution_id
        and c.post_id = new.post_id and c.channel_id = new.channel_id
        and (new.action = 'edit') = (c.way in ('edit', 'by_hand')) and (new.action <> 'edit' or new.about_id = c.of_id)
        and (new.reply_id is not null) = (c.way = 'reply') and (new.reply_id is null or new.reply_id = c.of_id)
    group by c.id
    having count(distinct a.approver_id) >= c.steps and (not c.needs_expert or bool_or(a.is_expert));
    if not found then
        raise exception 'No living approval of these words for channel %.', new.channel_id
            using errcode = 'check_violation', constraint = 'delivery_has_a_yes';
    end if;
    return new;
end $$;

drop trigger approved_only on delivery_delivery;
create trigger approved_only before insert on delivery_delivery
    for each row when (new.action not in ('delete', 'pin') and current_user = 'ravi_web')
    execute function publishing_refuse_unapproved();

create function publishing_refuse_other_channel() returns trigger language plpgsql as $$
begin
    perform 1 from delivery_delivery d
    where d.id = coalesce(new.about_id, new.reply_id) and d.channel_id = new.channel_id
        and d.institution_id = new.institution_id;
    if not found then
        raise exception 'A change is of a copy on its own channel.'
            using errcode = 'check_violation', constraint = 'change_keeps_its_channel';
    end if;
    return new;
end $$;

create trigger keeps_its_channel before insert on delivery_delivery
    for each row when ((new.about_id is not null or new.reply_id is not null) and current_user = 'ravi_web')
    execute function publishing_refuse_other_channel();
"""

UNDO = """
drop trigger keeps_its_channel on delivery_delivery;
drop function publishing_refuse_other_channel();
drop trigger approved_only on delivery_delivery;
create trigger approved_only before insert on delivery_delivery
    for each row when (new.action <> 'delete' and current_user = 'ravi_web')
    execute function publishing_refuse_unapproved();
create or replace function publishing_refuse_unapproved() returns trigger language plpgsql as $$
begin
    perform 1
    from publishing_approval a join publishing_copy c on c.id = a.copy_id
    where a.content_hash = new.content_hash and a.voided_at is null and a.institution_id = new.institution_id
        and c.post_id = new.post_id and c.channel_id = new.channel_id
    group by c.id
    having count(distinct a.approver_id) >= c.steps and (not c.needs_expert or bool_or(a.is_expert));
    if not found then
        raise exception 'No living approval of these words for channel %.', new.channel_id
            using errcode = 'check_violation', constraint = 'delivery_has_a_yes';
    end if;
    return new;
end $$;
drop trigger corrects_its_own on publishing_copy;
drop function publishing_copy_of_guard();
drop trigger corrects_a_message on publishing_post;
drop function publishing_post_corrects_guard();
alter table publishing_copy drop constraint copy_says_its_way;
"""


class Migration(migrations.Migration):
    dependencies = [("publishing", "0013_correction")]
    operations = [migrations.RunSQL(WALL, UNDO)]
