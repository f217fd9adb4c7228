"""Words are weighed against their hash when they are written, not again at each change of their copy's state.

A check constraint is evaluated at every update of its row: one sixth of what a copy cost PostgreSQL went into hashing
words that nobody had touched.
"""

from django.db import migrations

WALL = """
create function delivery_refuse_other_words() returns trigger language plpgsql as $$
begin
    raise exception 'The words of copy % are not those of their hash.', new.id
        using errcode = 'check_violation', constraint = 'delivery_hash_is_of_payload';
end $$;

create trigger hash_is_of_payload before insert or update of payload, content_hash on delivery_delivery
    for each row when (
        new.content_hash is distinct from encode(sha256(convert_to(new.payload, 'UTF8')), 'hex')
    )
    execute function delivery_refuse_other_words();
alter table delivery_delivery drop constraint delivery_hash_is_of_payload;
"""

UNDO = """
alter table delivery_delivery add constraint delivery_hash_is_of_payload
    check (content_hash = encode(sha256(convert_to(payload, 'UTF8')), 'hex'));
drop trigger hash_is_of_payload on delivery_delivery;
drop function delivery_refuse_other_words();
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0009_due")]
    operations = [migrations.RunSQL(WALL, UNDO)]
