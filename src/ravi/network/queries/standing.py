"""Which templates and standing approvals a person sees, and which of them hold now."""

from django.db.models import F, Q, QuerySet

from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import has_held, rights, units_written_for
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.network.models import Filling, StandingRule, Template
from ravi.publishing.models import Post


def templates_visible_to(person: Person) -> QuerySet[Template]:
    """Those of the units in sight, and headquarters' for everybody of the institution, by name."""
    mine = rights(person)
    if not mine.roles:
        return Template.objects.none()
    seen = Template.objects.filter(Q(unit_id__in=mine.units) | Q(unit__parent=None), ended_at=None)
    return seen.select_related("unit", "current").order_by("name", "pk")


def may_write_template(person: Person, template: Template) -> bool:
    """Whether the words are this person's to change."""
    return rights(person).may(Ability.WRITE_POST, template.unit_id)


def units_to_fill(person: Person, template: Template) -> QuerySet[Unit]:
    """The units in whose name the person may fill it in."""
    units = units_written_for(person)
    return units if template.unit.parent_id is None else units.filter(pk=template.unit_id)


def reaches(template: Template, unit: Unit) -> bool:
    """Whether the unit has the template: its own, or headquarters'."""
    return template.unit_id == unit.pk or template.unit.parent_id is None


def template_writer_ids(template: Template) -> set[int]:
    """Everybody who wrote any of its words: none of them signs for it."""
    return set(template.versions.values_list("by_id", flat=True))


def rules_visible_to(person: Person) -> QuerySet[StandingRule]:
    """Those for units in sight and one's own, the latest first."""
    seen = StandingRule.objects.filter(Q(unit_id__in=rights(person).units) | Q(approver=person))
    return seen.select_related("version__template", "unit", "approver", "ended_by").order_by("-signed_at", "-pk")


def holding(rules: QuerySet[StandingRule]) -> QuerySet[StandingRule]:
    """Of these, those by which a yes may be written now. Being away ends nothing."""
    living = rules.filter(
        ended_at=None,
        valid_until__gt=clock.now(),
        version=F("version__template__current"),
        version__template__ended_at=None,
    )
    return living.filter(_serves())


def rules_for(template: Template, unit: Unit) -> list[StandingRule]:
    """The standing approvals that hold for what this unit makes of the template, the oldest first."""
    mine = StandingRule.objects.filter(version__template=template, unit=unit)
    return list(holding(mine).select_related("approver", "version").order_by("signed_at", "pk"))


def is_signer_serving(rule: StandingRule) -> bool:
    """Whether whoever signed has held the right without a break since."""
    return StandingRule.objects.filter(_serves(), pk=rule.pk).exists()


def unserved(rules: QuerySet[StandingRule]) -> QuerySet[StandingRule]:
    """Of these, those whose signer has not held the right without a break since."""
    return rules.filter(~_serves())


def filling_of(post: Post) -> Filling | None:
    """From what the post was made, None for one that somebody wrote."""
    return Filling.objects.filter(post=post).select_related("version__template").first()


def _serves() -> Q:
    """Of emergency words the right is the health expert's."""
    expert = has_held(Ability.APPROVE_HEALTH_POST, "approver", "signed_at")
    return Q(expert) | Q(has_held(Ability.APPROVE_POST, "approver", "signed_at"), is_emergency=False)
