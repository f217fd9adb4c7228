"""Notices that a unit takes by itself, by its head's rule; with the walls round what such a rule may do."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ravi.network.rules

WALLS = """
-- The right must have been held without a break since the rule was made: one that was lost and given anew says it anew.
create function network_heads(who bigint, of_institution bigint, place bigint, since timestamptz)
    returns boolean language sql stable as $$
    select exists (
        select 1 from accounts_person p
        join accounts_role held on held.person_id = p.id
        join accounts_unit own on own.id = held.unit_id
        join accounts_unit u on u.id = place and starts_with(u.path, own.path)
        where p.id = who and p.is_active and p.institution_id = of_institution and u.institution_id = of_institution
            and u.closed_at is null and held.institution_id = of_institution and held.kind = 'unit_head'
            and held.ended_at is null and held.granted_at <= since
    )
$$;

create function network_auto_adoption_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if old.ended_at is not null or new.ended_at is null then
            raise exception 'A rule that has ended stays so.' using errcode = 'check_violation';
        end if;
        return new;
    end if;
    if new.ended_at is not null or not network_heads(new.by_id, new.institution_id, new.unit_id, new.at) then
        raise exception 'Whoever heads the unit says what it takes by itself.'
            using errcode = 'check_violation', constraint = 'auto_adoption_of_its_head';
    end if;
    return new;
end $$;
create trigger guard before insert or update on network_autoadoption
    for each row execute function network_auto_adoption_guard();

create function network_adoption_rule_guard() returns trigger language plpgsql as $$
declare
    rule network_autoadoption;
begin
    if tg_op = 'UPDATE' then
        raise exception 'An answer stays by whom it was given.' using errcode = 'check_violation';
    end if;
    -- Held until this transaction ends: whoever ends the rule meanwhile waits, or has ended it before.
    select * into rule from network_autoadoption r where r.id = new.rule_id and r.institution_id = new.institution_id for share;
    if not found or rule.ended_at is not null or rule.by_id <> new.by_id
        or not network_heads(rule.by_id, rule.institution_id, rule.unit_id, rule.at) then
        raise exception 'No living rule of this unit''s head.'
            using errcode = 'check_violation', constraint = 'auto_adoption_lives';
    end if;
    perform 1 from network_offer o
    join network_message m on m.id = o.message_id
    join network_version v on v.id = new.version_id and v.id = m.current_id
    where o.id = new.offer_id and o.unit_id = rule.unit_id and o.institution_id = new.institution_id
        and m.state = 'offered' and v.issued_at >= rule.at
        and m.topic <> 'health' and (m.kind = 'notice' and rule.takes_notices or m.kind = 'alert' and rule.takes_alerts);
    if not found then
        raise exception 'Only a notice or an alert that is new is taken by itself, never a message and never health advice.'
            using errcode = 'check_violation', constraint = 'auto_adoption_of_notices';
    end if;
    perform 1 from network_offer o join network_adoption a on a.offer_id = o.id
    where o.id = new.offer_id and (a.rule_id is null or o.state = 'open');
    if found then
        raise exception 'A person has answered: what comes next is a person''s to say.'
            using errcode = 'check_violation', constraint = 'auto_adoption_yields';
    end if;
    perform 1 from publishing_post p where p.id = new.post_id and p.author_id = rule.by_id and p.unit_id = rule.unit_id;
    if not found then
        raise exception 'What is taken by a rule is a post of its head.'
            using errcode = 'check_violation', constraint = 'auto_adoption_of_its_author';
    end if;
    return new;
end $$;
create trigger rule_guard before insert on network_adoption
    for each row when (new.rule_id is not null) execute function network_adoption_rule_guard();
create trigger rule_stays before update on network_adoption
    for each row when (new.rule_id is distinct from old.rule_id) execute function network_adoption_rule_guard();
"""

UNDO = """
drop trigger rule_stays on network_adoption;
drop trigger rule_guard on network_adoption;
drop function network_adoption_rule_guard();
drop trigger guard on network_autoadoption;
drop function network_auto_adoption_guard();
drop function network_heads(bigint, bigint, bigint, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_closing"),
        ("network", "0011_correction"),
        ("publishing", "0016_halted"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AutoAdoption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("takes_notices", models.BooleanField(default=False)),
                ("takes_alerts", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ended", "ended by a person"),
                            ("replaced", "another choice took its place"),
                            ("right_lost", "whoever said it no longer heads the unit"),
                            ("unit_closed", "the unit closed"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.institution"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.unit"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="adoption",
            name="rule",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adoptions",
                to="network.autoadoption",
            ),
        ),
        migrations.AddConstraint(
            model_name="adoption",
            constraint=models.UniqueConstraint(
                condition=models.Q(("rule__isnull", False)), fields=("offer", "version"), name="adoption_by_rule_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="adoption",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rule", None),
                    models.Q(
                        ("by__isnull", False),
                        ("kind", ravi.network.rules.AdoptionKind["ADOPTED"]),
                        ("translation", None),
                    ),
                    _connector="OR",
                ),
                name="adoption_by_rule_is_unchanged",
            ),
        ),
        migrations.AddConstraint(
            model_name="autoadoption",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("unit",), name="auto_adoption_live_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="autoadoption",
            constraint=models.CheckConstraint(
                condition=models.Q(("takes_notices", True), ("takes_alerts", True), _connector="OR"),
                name="auto_adoption_takes_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="autoadoption",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_reason", ""), ("ended_at", None)),
                    models.Q(("ended_at__isnull", False), models.Q(("end_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="auto_adoption_ended_why",
            ),
        ),
        migrations.RunSQL(WALLS, UNDO),
    ]
