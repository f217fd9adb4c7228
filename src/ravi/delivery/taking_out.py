"""Copies leave the line at once, also those that an engine has already taken up, as long as none has begun to send them."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction

from ravi.accounts.models import Person
from ravi.core import audit
from ravi.core.canonical import JSON, sha256
from ravi.delivery.models import Delivery
from ravi.delivery.store import taking_out


@transaction.atomic
def take_out(deliveries: Collection[int], *, by: Person | None, now: datetime) -> list[int]:
    """From the commit on none of these leaves, but for those behind the engine's fence; the ids that were taken out."""
    found = dict(Delivery.objects.filter(pk__in=deliveries).values_list("pk", "institution_id"))
    if not found:
        return []
    institution_id = next(iter(found.values()))
    audit.hold(institution_id)
    with connection.cursor() as cursor:
        taken = taking_out.take_out(cursor, sorted(found), by=by.pk if by else None, now=now)
    if taken:
        facts: dict[str, JSON] = {"copies": len(taken), "ids": taken[:50], "all": sha256(taken)}
        audit.record(
            "delivery.cancel",
            by=by.pk if by else None,
            subject=("delivery.delivery", taken[0]),
            institution_id=institution_id,
            facts=facts,
        )
    return taken
