"""How many yeses a message needs: the head says it, by topic and unit."""

from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person, Unit
from ravi.accounts.rules import Ability
from ravi.core import audit, clock
from ravi.core.canonical import JSON
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.models import StepRule
from ravi.publishing.rules import MOST_STEPS, Topic


@transaction.atomic
def set_steps(topic: Topic, unit: Unit | None, steps: int | None, *, by: Person) -> None:
    """From now on posts of `topic` need so many yeses in `unit` and below it, or (None) wherever nothing else is set.

    `steps` None takes the unit's own rule away. What waits already keeps what it was sent with. Raises PermissionDenied,
    PublishingRefused.
    """
    place = unit.pk if unit else None
    require(by, Ability.MANAGE_PEOPLE, place or 0)
    if steps is not None and not 1 <= steps <= MOST_STEPS:
        raise PublishingRefused(_("A message needs one yes or two."))
    audit.hold(by.institution_id)
    mine = StepRule.objects.filter(institution_id=by.institution_id, topic=topic, unit=unit)
    before = mine.values_list("steps", flat=True).first()
    if before == steps:
        return
    mine.delete()
    if steps is not None:
        StepRule.objects.create(
            institution_id=by.institution_id, topic=topic, unit=unit, steps=steps, set_by=by, set_at=clock.now()
        )
    facts: dict[str, JSON] = {"topic": str(topic), "unit": place, "steps": steps}
    audit.record("set_steps", by=by.pk, subject=by.institution, institution_id=by.institution_id, facts=facts)
