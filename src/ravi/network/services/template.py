"""Templates: kept as whole words under one hash, changed by a next version, which ends what was signed for the one before."""

import hashlib

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person, Unit
from ravi.accounts.rules import Ability
from ravi.core import audit, clock
from ravi.core.canonical import JSON
from ravi.network.errors import NotNow, TemplateChanged, TemplateRefused
from ravi.network.models import StandingRule, Template, TemplateVersion
from ravi.network.sentences import template_sentences
from ravi.network.template import TemplateWords, cleaned, payload_of, wrong
from ravi.notices.services import tell

LONGEST_NAME = 100


@transaction.atomic
def start_template(unit: Unit, name: str, words: TemplateWords, *, by: Person) -> Template:
    """A new template of `unit`. Raises PermissionDenied, TemplateRefused."""
    require(by, Ability.WRITE_POST, unit.pk)
    wanted = _checked(name, words)
    audit.hold(unit.institution_id)
    try:
        with transaction.atomic():
            template = Template.objects.create(
                institution_id=unit.institution_id, unit=unit, name=name.strip(), created_by=by, created_at=clock.now()
            )
    except IntegrityError as error:
        raise _same_name() from error
    _write(template, wanted, by)
    return template


@transaction.atomic
def change_template(template: Template, name: str, words: TemplateWords, *, expected_hash: str, by: Person) -> Template:
    """Its next words; the same words again change nothing. What was signed for the words before ends.

    Raises PermissionDenied, TemplateRefused, TemplateChanged when somebody changed it first, NotNow when it has ended.
    """
    require(by, Ability.WRITE_POST, template.unit_id)
    wanted = _checked(name, words)
    audit.hold(template.institution_id)
    current = _taken(template)
    before = current.current
    assert before is not None  # a template is made with its words
    if current.name != name.strip():
        _rename(current, name.strip())
    if payload_of(wanted, current.pk) == before.payload:
        return current
    if before.content_hash != expected_hash:
        raise TemplateChanged
    _write(current, wanted, by)
    end_rules(StandingRule.objects.filter(version=before, ended_at=None), StandingRule.EndChoice.CHANGED, by=by)
    return current


@transaction.atomic
def end_template(template: Template, *, by: Person) -> None:
    """Nothing is made from it any more, and what was signed for it ends. Ending twice is ending once."""
    require(by, Ability.WRITE_POST, template.unit_id)
    audit.hold(template.institution_id)
    current = Template.objects.select_for_update().get(pk=template.pk)
    if current.ended_at is not None:
        return
    current.ended_at = clock.now()
    current.save(update_fields=["ended_at"])
    _note("end_template", current, by)
    rules = StandingRule.objects.filter(version__template=current, ended_at=None)
    end_rules(rules, StandingRule.EndChoice.CHANGED, by=by)


def end_rules(rules: QuerySet[StandingRule], reason: str, *, by: Person | None) -> int:
    """End them, say so in the record, and tell whoever signed; how many there were. For services of this room."""
    ended = list(rules.select_related("version__template", "unit").select_for_update(of=("self",)).order_by("pk"))
    for rule in ended:
        rule.ended_at, rule.ended_by, rule.end_reason = clock.now(), by, reason
        rule.save(update_fields=["ended_at", "ended_by", "end_reason"])
        facts: dict[str, JSON] = {"unit": rule.unit_id, "person": rule.approver_id, "end_reason": str(reason)}
        audit.record("end_standing", by=by and by.pk, subject=rule, institution_id=rule.institution_id, facts=facts)
        if by is None or by.pk != rule.approver_id:
            said: dict[str, JSON] = {
                "title": rule.version.template.name, "unit": rule.unit.name, "reason": str(reason),
            }  # fmt: skip
            tell(
                {rule.approver_id},
                "standing_ended",
                said,
                reverse("templates:rules"),
                institution_id=rule.institution_id,
            )
    return len(ended)


def _taken(template: Template) -> Template:
    current = Template.objects.select_for_update().get(pk=template.pk)
    if current.ended_at is not None:
        raise NotNow(_("This template has ended. Begin a new one."))
    return current


def _checked(name: str, words: TemplateWords) -> TemplateWords:
    wanted = cleaned(words)
    sentences = template_sentences(wrong(wanted))
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        sentences.insert(0, _("Give the template a name of at most 100 characters."))
    if sentences:
        raise TemplateRefused(*sentences)
    return wanted


def _rename(template: Template, name: str) -> None:
    template.name = name
    try:
        with transaction.atomic():
            template.save(update_fields=["name"])
    except IntegrityError as error:
        raise _same_name() from error


def _same_name() -> TemplateRefused:
    return TemplateRefused(_("Your unit already has a template of this name. Choose another."))


def _write(template: Template, words: TemplateWords, by: Person) -> None:
    payload = payload_of(words, template.pk)
    version = TemplateVersion.objects.create(
        institution_id=template.institution_id,
        template=template,
        number=template.versions.count() + 1,
        payload=payload,
        content_hash=hashlib.sha256(payload.encode()).hexdigest(),
        by=by,
        at=clock.now(),
    )
    template.current = version
    template.save(update_fields=["current"])
    _note("keep_template", template, by, {"number": version.number, "sha256": version.content_hash})


def _note(verb: str, template: Template, by: Person, facts: dict[str, JSON] | None = None) -> None:
    said = {"unit": template.unit_id, **(facts or {})}
    audit.record(verb, by=by.pk, subject=template, institution_id=template.institution_id, facts=said)
