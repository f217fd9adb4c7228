"""Copies leave the line at once, also those that an engine has already taken up, as long as none has begun to send them;
and those that one has begun to send, or whose outcome nobody knows, never come back into it."""

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
    ids, institution_id = _held(deliveries)
    if not ids:
        return []
    with connection.cursor() as cursor:
        taken = taking_out.take_out(cursor, ids, by=by.pk if by else None, now=now)
    _record("delivery.cancel", taken, by, institution_id)
    return taken


@transaction.atomic
def keep_back(deliveries: Collection[int], *, by: Person | None, now: datetime) -> list[int]:
    """What of these is in flight or unknown never goes back into the line, whatever an engine or a person finds out: what is
    not there is cancelled. What waits to be repeated is unknown from now on. The ids that it may yet concern."""
    ids, institution_id = _held(deliveries)
    if not ids:
        return []
    with connection.cursor() as cursor:
        kept = taking_out.keep_back(cursor, ids, by=by.pk if by else None, now=now)
    _record("delivery.keep_back", kept, by, institution_id)
    return kept


@transaction.atomic
def allow_again(deliveries: Collection[int], *, by: Person | None) -> list[int]:
    """The words of these may go after all; the ids that were kept back. What was cancelled meanwhile stays so."""
    ids, institution_id = _held(deliveries)
    if not ids:
        return []
    with connection.cursor() as cursor:
        allowed = taking_out.allow_again(cursor, ids)
    _record("delivery.allow_again", allowed, by, institution_id)
    return allowed


def _held(deliveries: Collection[int]) -> tuple[list[int], int]:
    """The ids in sight and their institution, whose chain is held."""
    found = dict(Delivery.objects.filter(pk__in=deliveries).values_list("pk", "institution_id"))
    institution_id = next(iter(found.values()), 0)
    if found:
        audit.hold(institution_id)
    return sorted(found), institution_id


def _record(verb: str, ids: list[int], by: Person | None, institution_id: int) -> None:
    if ids:
        facts: dict[str, JSON] = {"copies": len(ids), "ids": ids[:50], "all": sha256(ids)}
        subject = ("delivery.delivery", ids[0])
        audit.record(verb, by=by.pk if by else None, subject=subject, institution_id=institution_id, facts=facts)
