"""The database's own hold on versions: what was issued stays, and no health message is offered without an expert's yes."""

from django.db import migrations

WALLS = """
create trigger append_only before update or delete or truncate on network_writer
    for each statement execute function core_append_only();
create trigger append_only before update or delete or truncate on network_endorsement
    for each statement execute function core_append_only();

create function network_version_words(v network_version) returns jsonb language sql stable as $$
    select jsonb_build_array(v.message_id, v.number, v.lang, v.title, v.text, v.variants, v.key_messages, v.sources,
        v.what_changed, v.valid_until, v.content_hash, v.institution_id)
$$;

create function network_version_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.issued_at is not null then
            raise exception 'A version begins as a draft.' using errcode = 'check_violation';
        end if;
        return new;
    end if;
    if old.issued_at is not null then
        raise exception 'An issued version does not change.' using errcode = 'check_violation',
            constraint = 'version_issued_stays';
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    if network_version_words(old) <> network_version_words(new) and new.revision <= old.revision then
        raise exception 'Other words are another revision.' using errcode = 'check_violation';
    end if;
    if new.revision < old.revision or (new.issued_at is not null and new.revision <> old.revision) then
        raise exception 'A version is issued as it stands.' using errcode = 'check_violation';
    end if;
    if new.issued_at is not null then
        perform network_require_issuable(new);
    end if;
    return new;
end $$;

create function network_require_issuable(v network_version) returns void language plpgsql as $$
begin
    perform 1 from network_message m where m.id = v.message_id and m.topic = 'health';
    if not found then
        return;
    end if;
    if v.valid_until is null then
        raise exception 'Health advice says until when it holds.' using errcode = 'check_violation',
            constraint = 'version_health_expires';
    end if;
    perform 1 from network_endorsement e
    where e.version_id = v.id and e.revision = v.revision and e.content_hash = v.content_hash
        and e.institution_id = v.institution_id;
    if not found then
        raise exception 'No health expert has said yes to these words.' using errcode = 'check_violation',
            constraint = 'version_health_endorsed';
    end if;
end $$;

create trigger guard before insert or update or delete on network_version
    for each row execute function network_version_guard();

create function network_fact_guard() returns trigger language plpgsql as $$
declare
    of_version bigint := case when tg_op = 'DELETE' then old.version_id else new.version_id end;
begin
    if tg_op = 'UPDATE' and new.version_id <> old.version_id then
        raise exception 'A fact stays with its version.' using errcode = 'check_violation';
    end if;
    perform 1 from network_version v
    where v.id = of_version and (v.issued_at is not null
        or exists (select 1 from network_endorsement e where e.version_id = v.id and e.revision = v.revision));
    if found then
        raise exception 'The facts of an issued or endorsed version do not change.'
            using errcode = 'check_violation', constraint = 'fact_stands';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;

create trigger guard before insert or update or delete on network_fact
    for each row execute function network_fact_guard();

create function network_endorsement_guard() returns trigger language plpgsql as $$
begin
    perform 1 from network_version v
    where v.id = new.version_id and v.institution_id = new.institution_id and v.issued_at is null
        and v.revision = new.revision and v.content_hash = new.content_hash;
    if not found then
        raise exception 'This yes is not to the words that wait.' using errcode = 'check_violation';
    end if;
    perform 1 from network_writer w join network_version v on v.message_id = w.message_id
    where v.id = new.version_id and w.person_id = new.by_id;
    if found then
        raise exception 'Nobody says yes to words of their own.' using errcode = 'check_violation',
            constraint = 'endorser_is_no_writer';
    end if;
    perform 1 from accounts_person p join accounts_role r on r.person_id = p.id
    where p.id = new.by_id and p.is_active and p.institution_id = new.institution_id
        and r.institution_id = new.institution_id and r.kind = 'expert' and r.ended_at is null;
    if not found then
        raise exception 'A health expert who serves here says this yes.' using errcode = 'check_violation',
            constraint = 'endorser_is_expert';
    end if;
    return new;
end $$;

create trigger guard before insert on network_endorsement
    for each row execute function network_endorsement_guard();

create function network_message_guard() returns trigger language plpgsql as $$
begin
    if new.author_id <> old.author_id or new.unit_id <> old.unit_id or new.institution_id <> old.institution_id then
        raise exception 'The author and the unit of a message do not change.' using errcode = 'check_violation';
    end if;
    if old.current_id is not null and (new.topic <> old.topic or new.current_id is null) then
        raise exception 'The topic of an issued message does not change.' using errcode = 'check_violation';
    end if;
    if old.state in ('ended', 'withdrawn') and new.state not in (old.state, 'withdrawn') then
        raise exception 'A message that has ended does not begin again.' using errcode = 'check_violation';
    end if;
    if new.current_id is distinct from old.current_id then
        perform 1 from network_version v where v.id = new.current_id and v.message_id = new.id and v.issued_at is not null;
        if not found then
            raise exception 'The current version of a message is an issued one of its own.' using errcode = 'check_violation';
        end if;
    end if;
    return new;
end $$;

create trigger guard before update on network_message for each row execute function network_message_guard();

create function network_begins_as_draft() returns trigger language plpgsql as $$
begin
    if new.current_id is not null or new.state <> 'draft' then
        raise exception 'A message begins as a draft.' using errcode = 'check_violation';
    end if;
    return new;
end $$;

create trigger begins before insert on network_message for each row execute function network_begins_as_draft();

create function network_offer_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if new.message_id <> old.message_id or new.unit_id <> old.unit_id or new.offered_at <> old.offered_at
            or (old.seen_at is not null and new.seen_at is distinct from old.seen_at) then
            raise exception 'What was offered to whom, and when it was seen, does not change.'
                using errcode = 'check_violation';
        end if;
        return new;
    end if;
    perform 1 from network_message m join network_version v on v.id = m.current_id
    where m.id = new.message_id and m.institution_id = new.institution_id and m.state = 'offered'
        and v.issued_at is not null;
    if not found then
        raise exception 'Only an issued message is offered.' using errcode = 'check_violation',
            constraint = 'offer_of_issued';
    end if;
    perform 1 from accounts_unit u where u.id = new.unit_id and u.institution_id = new.institution_id;
    if not found then
        raise exception 'A message is offered to units of its own institution.' using errcode = 'check_violation';
    end if;
    return new;
end $$;

create trigger guard before insert or update on network_offer for each row execute function network_offer_guard();

create function network_adoption_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if new.offer_id <> old.offer_id or (old.ended_at is not null and new.ended_at is distinct from old.ended_at) then
            raise exception 'An answer stays with its offer, and one that has ended stays so.'
                using errcode = 'check_violation';
        end if;
    end if;
    perform 1 from network_version v join network_offer o on o.message_id = v.message_id
    where o.id = new.offer_id and o.institution_id = new.institution_id and v.id = new.version_id
        and v.issued_at is not null;
    if not found then
        raise exception 'An answer is based on an issued version of what was offered.' using errcode = 'check_violation',
            constraint = 'adoption_of_issued';
    end if;
    return new;
end $$;

create trigger guard before insert or update on network_adoption
    for each row execute function network_adoption_guard();

create function network_translation_guard() returns trigger language plpgsql as $$
begin
    perform 1 from network_version v
    where v.id = new.version_id and v.issued_at is not null and v.institution_id = new.institution_id;
    if not found or (tg_op = 'UPDATE' and new.version_id <> old.version_id) then
        raise exception 'A translation is of one issued version.' using errcode = 'check_violation';
    end if;
    return new;
end $$;

create trigger guard before insert or update on network_translation
    for each row execute function network_translation_guard();
"""

UNDO = """
drop trigger guard on network_translation;
drop function network_translation_guard();
drop trigger guard on network_adoption;
drop function network_adoption_guard();
drop trigger guard on network_offer;
drop function network_offer_guard();
drop trigger begins on network_message;
drop function network_begins_as_draft();
drop trigger guard on network_message;
drop function network_message_guard();
drop trigger guard on network_endorsement;
drop function network_endorsement_guard();
drop trigger guard on network_fact;
drop function network_fact_guard();
drop trigger guard on network_version;
drop function network_version_guard();
drop function network_require_issuable(network_version);
drop function network_version_words(network_version);
drop trigger append_only on network_endorsement;
drop trigger append_only on network_writer;
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial"), ("core", "0002_audit_chain"), ("accounts", "0001_initial")]
    operations = [migrations.RunSQL(WALLS, UNDO)]
