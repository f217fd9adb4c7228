"""The one writer of the audit chain, and the guard of append-only tables."""

from django.db import migrations

CHAIN = """
create function core_audit_append(institution bigint, body text) returns bigint language plpgsql as $$
declare
    last record;
    next_seq bigint;
    previous text;
    facts jsonb := body::jsonb;
begin
    -- One link at a time per institution; others wait for this transaction's end, so that no two follow the same link.
    perform pg_advisory_xact_lock(7261, institution::int);
    select e.seq, e.hash into last from core_audit_entry e where e.institution_id = institution order by e.seq desc limit 1;
    next_seq := coalesce(last.seq, 0) + 1;
    previous := coalesce(last.hash, repeat('0', 64));
    insert into core_audit_entry
        (institution_id, seq, body, previous_hash, hash, at, verb, by_id, subject_type, subject_id)
    values (
        institution, next_seq, body, previous,
        encode(sha256(convert_to(previous || ':' || next_seq || ':' || body, 'UTF8')), 'hex'),
        (facts->>'at')::timestamptz, facts->>'verb', (facts->>'by')::bigint, facts->'subject'->>0, facts->'subject'->>1
    );
    return next_seq;
end $$;

create function core_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'Table % is append-only.', tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger append_only before update or delete or truncate on core_audit_entry
    for each statement execute function core_append_only();
"""

UNDO = """
drop trigger append_only on core_audit_entry;
drop function core_append_only();
drop function core_audit_append(bigint, text);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunSQL(CHAIN, UNDO)]
