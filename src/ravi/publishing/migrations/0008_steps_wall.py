"""Every step of an approval stands in the database: no words are ordered before all yeses that they need are there.

How many they need is frozen with the copy, which nobody changes; a copy cannot be frozen with fewer than the head set.
"""

from django.db import migrations

# What was frozen and approved before there were steps: health advice had a health expert's yes, by the services' rule.
BEFORE = """
alter table publishing_post no force row level security;
alter table publishing_copy no force row level security, disable trigger append_only;
alter table publishing_approval no force row level security, disable trigger guard;
update publishing_copy c set needs_expert = true from publishing_post p where p.id = c.post_id and p.topic = 'health';
update publishing_approval a set is_expert = true from publishing_copy c where c.id = a.copy_id and c.needs_expert;
alter table publishing_approval force row level security, enable trigger guard;
alter table publishing_copy force row level security, enable trigger append_only;
alter table publishing_post force row level security;
"""

WALL = """
create function publishing_reads(reads jsonb, lang text) returns boolean language sql immutable as $$
    select reads @> to_jsonb(lang) or reads @> to_jsonb(split_part(lang, '-', 1))
$$;

-- The equal of rules.steps_of: the unit's own, else that of the nearest unit above it, else the one for all.
create function publishing_steps_asked(of_unit bigint, of_topic text) returns integer language sql stable as $$
    select coalesce((
        select r.steps
        from accounts_unit u
        join publishing_steprule r on r.institution_id = u.institution_id and r.topic = of_topic
        left join accounts_unit place on place.id = r.unit_id
        where u.id = of_unit and (
            r.unit_id is null or r.unit_id = u.id
            or (place.parent_id is not null and starts_with(u.path, place.path))
        )
        order by length(place.path) desc nulls last
        limit 1
    ), 1)
$$;

create function publishing_copy_steps_guard() returns trigger language plpgsql as $$
begin
    perform 1
    from publishing_post p
    where p.id = new.post_id and new.steps >= publishing_steps_asked(p.unit_id, p.topic)
        and (new.needs_expert or p.topic <> 'health');
    if not found then
        raise exception 'A copy asks for all the yeses that its topic and unit need.'
            using errcode = 'check_violation', constraint = 'copy_asks_for_its_steps';
    end if;
    return new;
end $$;

create trigger asks_for_its_steps before insert on publishing_copy
    for each row when (current_user = 'ravi_web') execute function publishing_copy_steps_guard();

create function publishing_post_keeps_what_steps_follow() returns trigger language plpgsql as $$
begin
    raise exception 'Topic, unit and language of a message that waits or is approved change with its version only.'
        using errcode = 'check_violation', constraint = 'post_keeps_its_topic';
end $$;

create trigger keeps_its_topic before update on publishing_post for each row when (
    old.state in ('submitted', 'approved') and new.revision = old.revision
    and (new.topic, new.unit_id, new.lang) is distinct from (old.topic, old.unit_id, old.lang)
) execute function publishing_post_keeps_what_steps_follow();

create function publishing_approval_step_guard() returns trigger language plpgsql as $$
begin
    perform 1 from publishing_copy c where c.id = new.copy_id and new.step between 1 and c.steps;
    if not found then
        raise exception 'This copy has no such step.' using errcode = 'check_violation', constraint = 'approval_step';
    end if;
    if not new.is_expert then
        return new;
    end if;
    perform 1
    from publishing_copy c
    join publishing_post p on p.id = c.post_id
    join accounts_person who on who.id = new.approver_id
    join accounts_role r on r.person_id = who.id
    where c.id = new.copy_id and r.kind = 'expert' and r.ended_at is null and r.institution_id = new.institution_id
        and publishing_reads(who.reads, p.lang);
    if not found then
        raise exception 'An expert''s yes is of a health expert who reads the text.'
            using errcode = 'check_violation', constraint = 'expert_reads_the_text';
    end if;
    return new;
end $$;

create trigger steps before insert on publishing_approval
    for each row execute function publishing_approval_step_guard();

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
"""

UNDO = """
create or replace function publishing_refuse_unapproved() returns trigger language plpgsql as $$
begin
    perform 1
    from publishing_approval a join publishing_copy c on c.id = a.copy_id
    where a.content_hash = new.content_hash and a.voided_at is null and a.institution_id = new.institution_id
        and c.post_id = new.post_id and c.channel_id = new.channel_id;
    if not found then
        raise exception 'No living approval of these words for channel %.', new.channel_id
            using errcode = 'check_violation', constraint = 'delivery_has_a_yes';
    end if;
    return new;
end $$;
drop trigger steps on publishing_approval;
drop function publishing_approval_step_guard();
drop trigger keeps_its_topic on publishing_post;
drop function publishing_post_keeps_what_steps_follow();
drop trigger asks_for_its_steps on publishing_copy;
drop function publishing_copy_steps_guard();
drop function publishing_steps_asked(bigint, text);
drop function publishing_reads(jsonb, text);
"""


class Migration(migrations.Migration):
    dependencies = [("publishing", "0007_steps"), ("accounts", "0004_reads")]
    operations = [migrations.RunSQL(BEFORE, migrations.RunSQL.noop), migrations.RunSQL(WALL, UNDO)]
