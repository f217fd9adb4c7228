"""A yes is of somebody who serves here: active, of this institution, with a current role; whatever SQL writes it."""

from django.db import migrations

WALL = """
create function publishing_approver_guard() returns trigger language plpgsql as $$
begin
    perform 1
    from accounts_person p join accounts_role r on r.person_id = p.id
    where p.id = new.approver_id and p.is_active and p.institution_id = new.institution_id
        and r.institution_id = new.institution_id and r.ended_at is null;
    if not found then
        raise exception 'Who approves serves in this institution.'
            using errcode = 'check_violation', constraint = 'approver_serves';
    end if;
    return new;
end $$;

create trigger approver_serves before insert on publishing_approval
    for each row execute function publishing_approver_guard();
"""

UNDO = """
drop trigger approver_serves on publishing_approval;
drop function publishing_approver_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("publishing", "0003_approved_only"), ("accounts", "0001_initial")]
    operations = [migrations.RunSQL(WALL, UNDO)]
