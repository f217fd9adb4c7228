"""The database's own hold on the emergency lane: an expert's signature, nothing but typed values, and a look afterwards.

Three functions of standing approvals learn of emergency words; they are their old text with what changes in it.
"""

from importlib import import_module

from django.db import migrations

_BEFORE = import_module("ravi.network.migrations.0006_standing_walls").WALLS


def _before(name: str) -> str:
    """The function as it was first written."""
    text = _BEFORE[_BEFORE.index(f"create function {name}(") :]
    end = min(text.index(mark) + len(mark) for mark in ("\nend $$;", "\n$$;") if mark in text)
    return text[:end].replace("create function", "create or replace function", 1) + "\n"


def _now(name: str, *changes: tuple[str, str]) -> str:
    """The same with each change made."""
    text = _before(name)
    for old, new in changes:
        assert text.count(old) == 1, (name, old)
        text = text.replace(old, new)
    return text


SIGNER = _now(
    "network_signer_serves",
    ("held.kind in ('expert', 'head')", "(held.kind = 'expert' or held.kind = 'head' and not r.is_emergency)"),
    ("p.is_active and", "p.is_active and (not r.is_emergency or publishing_reads(p.reads, 'fa')) and"),
)
SIGNING = _now(
    "network_standing_guard",
    (
        "    if words->>'topic' = 'health' then",
        """    if new.is_emergency is distinct from coalesce((words->>'emergency')::boolean, false) then
        raise exception 'Emergency words are signed as such, and no others.'
            using errcode = 'check_violation', constraint = 'standing_emergency_of_its_words';
    end if;
    if words->>'topic' = 'health' and not new.is_emergency then""",
    ),
)
YES = _now("network_rule_guard", ("and p.topic <> 'health'", "and (p.topic <> 'health' or rule.is_emergency)"))

WALLS = """
alter table network_templateversion add constraint template_emergency_is_health check (
    not coalesce((payload::jsonb->>'emergency')::boolean, false) or payload::jsonb->>'topic' = 'health'
);
create trigger append_only before update or delete or truncate on network_afterreviewtold
    for each statement execute function core_append_only();

-- By the row's moment and by the database's own clock, so that no clock set back opens the lane again.
create function network_lane_closed(of_template bigint, place bigint, moment timestamptz)
    returns boolean language sql stable as $$
    select exists (
        select 1 from network_afterreview r
        where r.done_at is null and r.due_at <= greatest(moment, clock_timestamp())
            and (r.template_id = of_template or r.unit_id = place)
    )
$$;

create function network_reviews_health(who bigint, of_institution bigint) returns boolean language sql stable as $$
    select exists (
        select 1 from accounts_person p join accounts_role held on held.person_id = p.id
        where p.id = who and p.is_active and p.institution_id = of_institution and publishing_reads(p.reads, 'fa')
            and held.institution_id = of_institution and held.kind = 'expert' and held.ended_at is null
    )
$$;

create function network_signed(who bigint, of_post bigint) returns boolean language sql stable as $$
    select exists (
        select 1 from publishing_approval a join publishing_copy c on c.id = a.copy_id
        where c.post_id = of_post and a.approver_id = who and a.rule_id is not null
    )
$$;

create function network_emergency_guard() returns trigger language plpgsql as $$
declare
    rule network_standingrule;
    review network_afterreview;
begin
    select * into rule from network_standingrule r where r.id = new.rule_id;
    if not found or not rule.is_emergency then
        return new;
    end if;
    if not new.is_expert then
        raise exception 'Emergency words go out by a health expert''s yes.'
            using errcode = 'check_violation', constraint = 'emergency_by_an_expert';
    end if;
    select r.* into review from network_afterreview r
    join network_filling f on f.id = r.filling_id
    join publishing_copy c on c.post_id = f.post_id
    where c.id = new.copy_id and r.done_at is null and r.institution_id = new.institution_id;
    if not found or review.due_at > new.at + interval '24 hours' then
        raise exception 'What goes out without being read is looked at within a day.'
            using errcode = 'check_violation', constraint = 'emergency_is_looked_at';
    end if;
    if network_lane_closed(review.template_id, review.unit_id, new.at) then
        raise exception 'An earlier emergency message was not looked at in time.'
            using errcode = 'check_violation', constraint = 'emergency_lane_closed';
    end if;
    return new;
end $$;
create trigger emergency_guard before insert on publishing_approval
    for each row when (new.rule_id is not null) execute function network_emergency_guard();

create function network_after_review_guard() returns trigger language plpgsql as $$
declare
    filled network_filling;
begin
    select * into filled from network_filling f where f.id = new.filling_id and f.institution_id = new.institution_id;
    if tg_op = 'INSERT' then
        perform 1 from network_templateversion v join publishing_post p on p.id = filled.post_id
        where v.id = filled.version_id and v.template_id = new.template_id and p.unit_id = new.unit_id
            and coalesce((v.payload::jsonb->>'emergency')::boolean, false);
        if not found or new.done_at is not null or new.opened_at > clock_timestamp() + interval '5 minutes' then
            raise exception 'What is looked at afterwards was filled into emergency words just now.'
                using errcode = 'check_violation', constraint = 'after_review_of_its_filling';
        end if;
        return new;
    end if;
    if old.done_at is not null or new.done_at is null then
        raise exception 'What was found afterwards stays so.'
            using errcode = 'check_violation', constraint = 'after_review_stays';
    end if;
    if new.done_by_id = filled.by_id or not network_reviews_health(new.done_by_id, new.institution_id) then
        raise exception 'A health expert who did not fill it in looks at it.'
            using errcode = 'check_violation', constraint = 'after_review_of_an_expert';
    end if;
    if network_signed(new.done_by_id, filled.post_id) and exists (
        select 1 from accounts_role other
        where other.institution_id = new.institution_id and other.kind = 'expert' and other.ended_at is null
            and other.person_id not in (filled.by_id, new.done_by_id)
            and network_reviews_health(other.person_id, new.institution_id)
            and not network_signed(other.person_id, filled.post_id)
    ) then
        raise exception 'Another expert than who signed the words looks at it.'
            using errcode = 'check_violation', constraint = 'after_review_of_another';
    end if;
    return new;
end $$;
create trigger guard before insert or update on network_afterreview
    for each row execute function network_after_review_guard();

create function network_emergency_post_guard() returns trigger language plpgsql as $$
begin
    perform 1 from network_afterreview r join network_filling f on f.id = r.filling_id
    where f.post_id = new.id and r.done_at is null;
    if tg_op = 'INSERT' or not found or not new.is_emergency then
        raise exception 'A message goes before all others when it was filled into emergency words, and then it stays so.'
            using errcode = 'check_violation', constraint = 'emergency_post_is_filled';
    end if;
    return new;
end $$;
create trigger emergency_guard before insert on publishing_post
    for each row when (new.is_emergency) execute function network_emergency_post_guard();
create trigger emergency_stays before update on publishing_post
    for each row when (new.is_emergency is distinct from old.is_emergency) execute function network_emergency_post_guard();
"""

UNDO = """
drop trigger emergency_stays on publishing_post;
drop trigger emergency_guard on publishing_post;
drop function network_emergency_post_guard();
drop trigger guard on network_afterreview;
drop function network_after_review_guard();
drop trigger emergency_guard on publishing_approval;
drop function network_emergency_guard();
drop function network_signed(bigint, bigint);
drop function network_reviews_health(bigint, bigint);
drop function network_lane_closed(bigint, bigint, timestamptz);
drop trigger append_only on network_afterreviewtold;
alter table network_templateversion drop constraint template_emergency_is_health;
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0013_emergency"), ("publishing", "0017_emergency")]
    operations = [
        migrations.RunSQL(
            SIGNER + SIGNING + YES + WALLS,
            UNDO
            + "".join(
                _before(name) for name in ("network_rule_guard", "network_standing_guard", "network_signer_serves")
            ),
        )
    ]
