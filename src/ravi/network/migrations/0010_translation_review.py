"""The yes to a translation, the language of an answer, and when health words are looked at again; with their walls."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ravi.core.tenancy import tenant
from ravi.network.rules import review_day

WALLS = """
create trigger append_only before update or delete or truncate on network_translationyes
    for each statement execute function core_append_only();

create function network_translation_yes_guard() returns trigger language plpgsql as $$
begin
    perform 1 from network_translation t where t.id = new.translation_id and t.institution_id = new.institution_id
        and t.revision = new.revision;
    if not found then
        raise exception 'This yes is not to the words that wait.' using errcode = 'check_violation';
    end if;
    perform 1 from network_translation t join network_version v on v.id = t.version_id
        join network_writer w on w.message_id = v.message_id
    where t.id = new.translation_id and (w.person_id = new.by_id or t.by_id = new.by_id);
    if found then
        raise exception 'Nobody says yes to words of their own.' using errcode = 'check_violation',
            constraint = 'translation_yes_is_no_writers';
    end if;
    perform 1 from accounts_person p join accounts_role r on r.person_id = p.id
        join network_translation t on t.id = new.translation_id
    where p.id = new.by_id and p.is_active and p.institution_id = new.institution_id
        and r.institution_id = new.institution_id and r.kind = 'expert' and r.ended_at is null and p.reads ? t.lang;
    if not found then
        raise exception 'A health expert who reads the language says this yes.' using errcode = 'check_violation',
            constraint = 'translation_yes_is_experts';
    end if;
    return new;
end $$;

create trigger guard before insert on network_translationyes
    for each row execute function network_translation_yes_guard();

create function network_translation_words_guard() returns trigger language plpgsql as $$
begin
    if (old.title, old.text, old.variants, old.lang) is distinct from (new.title, new.text, new.variants, new.lang)
        and new.revision <= old.revision then
        raise exception 'Other words are another revision.' using errcode = 'check_violation';
    end if;
    return new;
end $$;

create trigger words before update on network_translation
    for each row execute function network_translation_words_guard();

create function network_review_guard() returns trigger language plpgsql as $$
begin
    if old.done_at is not null or new.version_id <> old.version_id or new.due_on <> old.due_on then
        raise exception 'What was looked at again stays so.' using errcode = 'check_violation';
    end if;
    return new;
end $$;

create trigger guard before update on network_review for each row execute function network_review_guard();
"""

UNDO = """
drop trigger guard on network_review;
drop function network_review_guard();
drop trigger words on network_translation;
drop function network_translation_words_guard();
drop trigger guard on network_translationyes;
drop function network_translation_yes_guard();
drop trigger append_only on network_translationyes;
"""


def plan(apps, schema_editor):
    """Of what units have already; the owner too sees one institution at a time."""
    message, review = apps.get_model("network", "Message"), apps.get_model("network", "Review")
    for institution_id in apps.get_model("accounts", "Institution").objects.values_list("pk", flat=True):
        with tenant(institution_id):
            for one in message.objects.filter(topic="health", current__isnull=False).select_related("current"):
                version = one.current
                last = version.valid_until.date() if version.valid_until else None
                due_on = review_day(version.issued_at.date(), last)
                review.objects.create(institution_id=institution_id, version=version, due_on=due_on)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_absence"),
        ("network", "0009_with_link"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="adoption",
            name="translation",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="network.translation"
            ),
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField()),
                ("told_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "done_by",
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
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="network.version"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("done_at", None)), fields=["due_on"], name="review_due")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None)), fields=("version",), name="review_open_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("done_by", None)),
                            models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="review_done_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TranslationYes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.institution"
                    ),
                ),
                (
                    "translation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="yeses", to="network.translation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("translation", "revision"), name="translation_yes_once")
                ],
            },
        ),
        migrations.RunSQL(WALLS, UNDO),
        migrations.RunPython(plan, migrations.RunPython.noop),
    ]
