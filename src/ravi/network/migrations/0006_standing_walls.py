"""The database's own hold on standing approvals: no yes by a rule outside its words, its unit, its days and its signer's right.

The yes itself is publishing's row; this room knows what a rule is, so the wall stands here.
"""

from django.db import migrations

DIGITS = "[۰۱۲۳۴۵۶۷۸۹]"
DAY = (
    f"(دوشنبه|سه\u200cشنبه|چهارشنبه|پنجشنبه|جمعه|شنبه|یکشنبه) {DIGITS}{{1,2}} "
    f"(فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند) {DIGITS}{{4}}"
)
CLOCK = f"{DIGITS}{{1,2}}:{DIGITS}{{2}}"
ORDINAL = "اول|دوم|سوم|چهارم|پنجم|ششم|هفتم|هشتم|نهم|دهم|یازدهم|دوازدهم|سیزدهم|چهاردهم|پانزدهم|شانزدهم|هفدهم|هجدهم|نوزدهم|بیستم"
# The equal of facts.rendering in Persian: what each kind of blank may look like once it is written out.
FORMS = {
    "dose": f"دوز ({ORDINAL})",
    "age": f"({DIGITS}{{1,3}} (سال|ماه) و بالاتر|(تا |{DIGITS}{{1,3}} تا ){DIGITS}{{1,3}} (سال|ماه))",
    "date": f"{DAY}( تا {DAY})?",
    "time": f"ساعت {CLOCK}( تا {CLOCK})?",
    "phone": f"\u2066[+]?{DIGITS}{{3,15}}\u2069",
    "count": f"{DIGITS}{{1,10}} ",
}
CASES = "\n".join(f"        when '{kind}' then '^{form}$'" for kind, form in FORMS.items() if kind != "count")

WALLS = """
alter table network_templateversion
    add constraint template_is_its_hash check (content_hash = encode(sha256(convert_to(payload, 'UTF8')), 'hex')),
    add constraint template_names_itself check ((payload::jsonb->>'template')::bigint = template_id);
alter table publishing_approval
    add constraint approval_rule foreign key (rule_id) references network_standingrule (id) deferrable initially deferred;
create index approval_by_rule on publishing_approval (rule_id) where rule_id is not null;

create trigger append_only before update or delete or truncate on network_templateversion
    for each statement execute function core_append_only();
create trigger append_only before update or delete or truncate on network_filling
    for each statement execute function core_append_only();

create function network_template_guard() returns trigger language plpgsql as $$
begin
    if old.ended_at is not null then
        raise exception 'A template that has ended does not begin again.' using errcode = 'check_violation';
    end if;
    if new.current_id is distinct from old.current_id then
        perform 1 from network_templateversion v join network_templateversion o on o.id = old.current_id or old.current_id is null
        where v.id = new.current_id and v.template_id = new.id and (old.current_id is null or v.number > o.number);
        if not found then
            raise exception 'The words of a template go forward.' using errcode = 'check_violation';
        end if;
    end if;
    return new;
end $$;
create trigger guard before update on network_template for each row execute function network_template_guard();

create function network_template_reaches(template bigint, place bigint) returns boolean language sql stable as $$
    select exists (
        select 1 from network_template t join accounts_unit own on own.id = t.unit_id
        where t.id = template and t.ended_at is null and (own.id = place or own.parent_id is null)
    )
$$;

create function network_standing_guard() returns trigger language plpgsql as $$
declare
    words jsonb;
begin
    if tg_op = 'UPDATE' then
        if old.ended_at is not null or new.ended_at is null then
            raise exception 'A standing approval that has ended stays so.' using errcode = 'check_violation';
        end if;
        return new;
    end if;
    select v.payload::jsonb into words
    from network_templateversion v join network_template t on t.id = v.template_id and t.current_id = v.id
    where v.id = new.version_id and v.institution_id = new.institution_id and v.content_hash = new.content_hash
        and network_template_reaches(t.id, new.unit_id);
    if not found or new.ended_at is not null then
        raise exception 'A standing approval is of words that hold, for a unit that has them.'
            using errcode = 'check_violation', constraint = 'standing_of_its_words';
    end if;
    if words->>'topic' = 'health' then
        raise exception 'Health advice has no standing approval.'
            using errcode = 'check_violation', constraint = 'standing_never_health';
    end if;
    perform 1 from network_templateversion v join network_templateversion mine on mine.template_id = v.template_id
    where v.id = new.version_id and mine.by_id = new.approver_id;
    if found then
        raise exception 'Nobody approves words of their own.'
            using errcode = 'check_violation', constraint = 'standing_not_own_words';
    end if;
    if not network_signer_serves(new) then
        raise exception 'Whoever signs may approve.'
            using errcode = 'check_violation', constraint = 'standing_signer_serves';
    end if;
    return new;
end $$;

-- The right must have been held without a break since the rule was signed: one that was lost and given anew signs anew.
create function network_signer_serves(r network_standingrule) returns boolean language sql stable as $$
    select exists (
        select 1 from accounts_person p join accounts_role held on held.person_id = p.id
        where p.id = r.approver_id and p.is_active and p.institution_id = r.institution_id
            and held.institution_id = r.institution_id and held.ended_at is null and held.granted_at <= r.signed_at
            and held.kind in ('expert', 'head')
    )
$$;

create trigger guard before insert or update on network_standingrule
    for each row execute function network_standing_guard();

-- Places are the template's own, or names of the unit and of what stands below it; links and what is counted are the template's.
create function network_blank_holds(blank jsonb, said text, place bigint) returns boolean language sql stable as $$
    select said !~ '[{}\\n]' and case
        when blank->>'kind' = 'link' then blank->'choices' ? said
        when blank->>'kind' = 'place' then blank->'choices' ? said or exists (
            select 1 from accounts_unit own join accounts_unit u on starts_with(u.path, own.path)
            where own.id = place and u.name = said
        )
        when blank->>'kind' = 'count' then
            right(said, length(blank->>'unit')) = blank->>'unit'
            and left(said, length(said) - length(blank->>'unit')) ~ '^@COUNT@$'
        else said ~ case blank->>'kind'
@CASES@
        end
    end
$$;

create function network_rendered(words jsonb, part text, written jsonb) returns text language plpgsql immutable as $$
declare
    said text := coalesce(words->>part, '');
    blank jsonb;
begin
    for blank in select jsonb_array_elements(words->'blanks') loop
        said := replace(said, '{' || (blank->>'name') || '}', written->>(blank->>'name'));
    end loop;
    return said;
end $$;

-- Whether the post says exactly the template's words with these values, and carries nothing else.
create function network_is_filled(of_post bigint, words jsonb, written jsonb) returns boolean language sql stable as $$
    select exists (
        select 1 from publishing_post p
        where p.id = of_post and p.lang = words->>'lang' and p.topic = words->>'topic' and p.link = ''
            and p.title = network_rendered(words, 'title', written) and p.text = network_rendered(words, 'text', written)
            and not exists (select 1 from publishing_postmedia m where m.post_id = p.id)
            and (select coalesce(jsonb_object_agg(v.name, v.text), '{}') from publishing_variant v where v.post_id = p.id)
                = case when words->>'short' = '' then '{}'::jsonb
                    else jsonb_build_object('short', network_rendered(words, 'short', written)) end
    )
$$;

create function network_filling_guard() returns trigger language plpgsql as $$
declare
    words jsonb;
    place bigint;
begin
    select v.payload::jsonb, p.unit_id into words, place
    from network_templateversion v
    join network_template t on t.id = v.template_id and t.current_id = v.id
    join publishing_post p on p.id = new.post_id
    where v.id = new.version_id and v.institution_id = new.institution_id and p.institution_id = new.institution_id
        and p.author_id = new.by_id and network_template_reaches(t.id, p.unit_id);
    if not found then
        raise exception 'A post is made from words that hold, in a unit that has them.' using errcode = 'check_violation';
    end if;
    perform 1 from jsonb_array_elements(words->'blanks') blank
    where new.written->>(blank->>'name') is null
        or not coalesce(network_blank_holds(blank, new.written->>(blank->>'name'), place), false);
    if found or (select count(*) from jsonb_object_keys(new.written)) <> jsonb_array_length(words->'blanks') then
        raise exception 'Each blank holds a value of its kind.'
            using errcode = 'check_violation', constraint = 'filling_of_its_kinds';
    end if;
    if not network_is_filled(new.post_id, words, new.written) then
        raise exception 'A filled post says the words of its template.'
            using errcode = 'check_violation', constraint = 'filling_is_the_post';
    end if;
    return new;
end $$;
create trigger guard before insert on network_filling for each row execute function network_filling_guard();

create function network_rule_guard() returns trigger language plpgsql as $$
declare
    rule network_standingrule;
    words jsonb;
    written jsonb;
    said jsonb;
begin
    -- Held until this transaction ends: whoever ends the rule meanwhile waits, or has ended it before.
    select * into rule from network_standingrule r where r.id = new.rule_id and r.institution_id = new.institution_id for share;
    if not found or rule.ended_at is not null or rule.approver_id <> new.approver_id
        or new.at < rule.signed_at or greatest(new.at, clock_timestamp()) >= rule.valid_until
        or not network_signer_serves(rule) then
        raise exception 'No living standing approval of this person.'
            using errcode = 'check_violation', constraint = 'rule_lives';
    end if;
    select v.payload::jsonb, f.written, c.payload::jsonb into words, written, said
    from publishing_copy c
    join publishing_post p on p.id = c.post_id
    join network_filling f on f.post_id = p.id
    join network_templateversion v on v.id = f.version_id
    join network_template t on t.id = v.template_id and t.current_id = v.id and t.ended_at is null
    join directory_channel ch on ch.id = c.channel_id
    join accounts_unit own on own.id = rule.unit_id
    join accounts_unit at_channel on at_channel.id = ch.unit_id
    where c.id = new.copy_id and c.way = 'new' and v.id = rule.version_id and v.content_hash = rule.content_hash and p.unit_id = rule.unit_id
        and starts_with(at_channel.path, own.path) and p.topic <> 'health'
        and network_is_filled(p.id, v.payload::jsonb, f.written)
    for share of t;
    if not found then
        raise exception 'The standing approval is of other words or another unit.'
            using errcode = 'check_violation', constraint = 'rule_of_these_words';
    end if;
    if said->>'title' <> network_rendered(words, 'title', written)
        or not (said->>'text' = network_rendered(words, 'text', written)
            or words->>'short' <> '' and said->>'text' = network_rendered(words, 'short', written))
        or said->>'action' <> 'publish' or said->'media' <> '[]' or said->'entities' <> '[]' or said->>'link' <> ''
        or said->'reply_to' <> 'null' or said->'pin' <> 'false' then
        raise exception 'A copy by a standing approval carries its words and nothing else.'
            using errcode = 'check_violation', constraint = 'rule_nothing_else';
    end if;
    return new;
end $$;
create trigger rule_guard before insert on publishing_approval
    for each row when (new.rule_id is not null) execute function network_rule_guard();
""".replace("@CASES@", CASES).replace("@COUNT@", FORMS["count"])

UNDO = """
drop trigger rule_guard on publishing_approval;
drop function network_rule_guard();
drop trigger guard on network_filling;
drop function network_filling_guard();
drop function network_is_filled(bigint, jsonb, jsonb);
drop function network_rendered(jsonb, text, jsonb);
drop function network_blank_holds(jsonb, text, bigint);
drop trigger guard on network_standingrule;
drop function network_standing_guard();
drop function network_signer_serves(network_standingrule);
drop function network_template_reaches(bigint, bigint);
drop trigger guard on network_template;
drop function network_template_guard();
drop trigger append_only on network_filling;
drop trigger append_only on network_templateversion;
drop index approval_by_rule;
alter table publishing_approval drop constraint approval_rule;
alter table network_templateversion drop constraint template_is_its_hash, drop constraint template_names_itself;
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0005_template"), ("core", "0002_audit_chain"), ("publishing", "0015_approval_rule")]
    operations = [migrations.RunSQL(WALLS, UNDO)]
