"""The database's own hold on promise 4: a copy is its hash, and a yes is another person's, to what waits now."""

from django.db import migrations

BINDING = """
alter table publishing_copy
    add constraint copy_is_its_hash check (content_hash = encode(sha256(convert_to(payload, 'UTF8')), 'hex')),
    add constraint copy_names_itself check (
        (payload::jsonb->>'post')::bigint = post_id and (payload::jsonb->>'channel')::bigint = channel_id
    );

create trigger append_only before update or delete or truncate on publishing_copy
    for each statement execute function core_append_only();
create trigger append_only before update or delete or truncate on publishing_writer
    for each statement execute function core_append_only();

create function publishing_post_guard() returns trigger language plpgsql as $$
begin
    if new.author_id <> old.author_id or new.institution_id <> old.institution_id then
        raise exception 'The author of a post does not change.' using errcode = 'check_violation';
    end if;
    if new.revision < old.revision then
        raise exception 'The revision of a post does not go back.' using errcode = 'check_violation';
    end if;
    return new;
end $$;

create trigger guard before update on publishing_post for each row execute function publishing_post_guard();

create function publishing_approval_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if old.voided_at is not null or new.voided_at is null then
            raise exception 'A voided approval stays voided.' using errcode = 'check_violation';
        end if;
        return new;
    end if;
    if new.voided_at is not null then
        raise exception 'An approval begins alive.' using errcode = 'check_violation';
    end if;
    -- The copy must be the very one that waits now, whole, and written by the author that the row names.
    perform 1
    from publishing_copy c join publishing_post p on p.id = c.post_id
    where c.id = new.copy_id and c.institution_id = new.institution_id and c.content_hash = new.content_hash
        and c.problems = '[]'::jsonb and p.state = 'submitted' and c.revision = p.revision and p.author_id = new.author_id;
    if not found then
        raise exception 'This approval is not of a copy that waits.' using errcode = 'check_violation';
    end if;
    perform 1
    from publishing_writer w join publishing_copy c on c.post_id = w.post_id
    where c.id = new.copy_id and w.person_id = new.approver_id;
    if found then
        raise exception 'Nobody approves words of their own.' using errcode = 'check_violation';
    end if;
    return new;
end $$;

create trigger guard before insert or update on publishing_approval
    for each row execute function publishing_approval_guard();
"""

UNDO = """
drop trigger guard on publishing_approval;
drop function publishing_approval_guard();
drop trigger guard on publishing_post;
drop function publishing_post_guard();
drop trigger append_only on publishing_writer;
drop trigger append_only on publishing_copy;
alter table publishing_copy drop constraint copy_is_its_hash, drop constraint copy_names_itself;
"""


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial"), ("core", "0002_audit_chain")]
    operations = [migrations.RunSQL(BINDING, UNDO)]
