"""What a person says of a change that did not stand: that it is dealt with. Nothing is sent by it."""

from datetime import datetime

from django.db import transaction

from ravi.accounts.access import require
from ravi.accounts.models import Person
from ravi.accounts.rules import Ability
from ravi.core import audit
from ravi.delivery.models import Delivery, ReadBack
from ravi.delivery.read_back.models import NEEDS_A_PERSON


@transaction.atomic
def settle_read_back(delivery: Delivery, *, by: Person, now: datetime) -> bool:
    """Take the case off the desk; False where it is none, or somebody was quicker. Raises PermissionDenied."""
    require(by, Ability.RESOLVE_UNKNOWN, delivery.unit_id)
    open_cases = ReadBack.objects.filter(NEEDS_A_PERSON, delivery=delivery)
    outcome = open_cases.select_for_update().values_list("outcome", flat=True).first()
    if outcome is None:
        return False
    ReadBack.objects.filter(delivery=delivery).update(settled_by_id=by.pk, settled_at=now)
    audit.hold(delivery.institution_id)
    audit.record(
        "delivery.read_back",
        subject=("delivery.delivery", delivery.pk),
        by=by.pk,
        institution_id=delivery.institution_id,
        facts={"found": outcome},
    )
    return True
