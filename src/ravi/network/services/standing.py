"""Standing approvals: signed for words with blanks, one unit and some days, ended at once by whoever signed or the head."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability, can_read
from ravi.core import audit, clock
from ravi.core.calendar import number
from ravi.core.canonical import JSON
from ravi.network.errors import NotNow, OwnWords, TemplateChanged, TemplateRefused
from ravi.network.models import StandingRule, Template, TemplateVersion
from ravi.network.queries.standing import holding, is_signer_serving, reaches, template_writer_ids, unserved
from ravi.network.services.template import end_rules
from ravi.network.template import LANG, LONGEST_RULE, TemplateWords, read_payload
from ravi.publishing.rules import Topic


@transaction.atomic
def sign_standing(version: TemplateVersion, unit: Unit, *, days: int, content_hash: str, by: Person) -> StandingRule:
    """`by` says yes beforehand to what people of `unit` fill into exactly these words, for so many days.

    The same once more gives the one that stands. Raises PermissionDenied, OwnWords, TemplateChanged, TemplateRefused.
    """
    words = read_payload(version.payload)
    require(by, Ability.APPROVE_HEALTH_POST if words.emergency else Ability.APPROVE_POST, unit.pk)
    audit.hold(unit.institution_id)
    template = Template.objects.select_for_update().get(pk=version.template_id)
    if template.current_id != version.pk or template.ended_at or version.content_hash != content_hash:
        raise TemplateChanged
    _check(words, template, unit, days, by)
    same = StandingRule.objects.filter(version=version, unit=unit, approver=by, ended_at=None)
    known = same.first()
    if known is not None and known.valid_until > clock.now() and is_signer_serving(known):
        return known
    end_rules(same, StandingRule.EndChoice.OVER, by=by)
    now = clock.now()
    rule = StandingRule.objects.create(
        institution_id=unit.institution_id,
        version=version,
        content_hash=content_hash,
        unit=unit,
        approver=by,
        signed_at=now,
        valid_until=now + timedelta(days=days),
        is_emergency=words.emergency,
    )
    facts: dict[str, JSON] = {"unit": unit.pk, "days": days, "sha256": content_hash, "emergency": words.emergency}
    audit.record("sign_standing", by=by.pk, subject=rule, institution_id=rule.institution_id, facts=facts)
    return rule


@transaction.atomic
def end_standing(rule: StandingRule, *, by: Person) -> None:
    """Nothing goes by it from now; what went stays approved. Ending twice is ending once. Raises PermissionDenied."""
    if by.pk != rule.approver_id and not rights(by).may(Ability.MANAGE_PEOPLE, rule.unit_id):
        raise PermissionDenied(_("Whoever signed it ends it, or the head."))
    audit.hold(rule.institution_id)
    end_rules(StandingRule.objects.filter(pk=rule.pk, ended_at=None), StandingRule.EndChoice.ENDED, by=by)


@transaction.atomic
def end_void_rules(institution_id: int) -> int:
    """Write down what holds no more, so that no clock and no role given anew revives it; how many there were."""
    living = StandingRule.objects.filter(institution_id=institution_id, ended_at=None)
    if not living.exclude(pk__in=holding(living).values("pk")).exists():
        return 0
    audit.hold(institution_id)  # before the rules, as whoever signs or ends one does
    over = living.filter(valid_until__lte=clock.now())
    changed = living.filter(~Q(version=F("version__template__current")) | ~Q(version__template__ended_at=None))
    return (
        end_rules(over, StandingRule.EndChoice.OVER, by=None)
        + end_rules(changed, StandingRule.EndChoice.CHANGED, by=None)
        + end_rules(unserved(living), StandingRule.EndChoice.RIGHT_LOST, by=None)
    )


def _check(words: TemplateWords, template: Template, unit: Unit, days: int, by: Person) -> None:
    if not 1 <= days <= LONGEST_RULE.days:
        raise TemplateRefused(
            _("A standing approval holds for 1 to %(most)s days.") % {"most": number(LONGEST_RULE.days)}
        )
    if words.topic == Topic.HEALTH and not words.emergency:
        raise TemplateRefused(_("Health advice has no standing approval: an expert reads each message."))
    if words.emergency and not can_read(by.reads, LANG):
        raise TemplateRefused(_("A health expert who reads this language signs it."))
    if by.pk in template_writer_ids(template):
        raise OwnWords
    if not reaches(template, unit):
        raise NotNow(_("This template belongs to another unit."))
