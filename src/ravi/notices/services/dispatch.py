"""What is on its way to people's addresses: lined up with the notice, claimed in one message each, ended once."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from ravi.core import clock
from ravi.notices.models import Address, Dispatch, Notice
from ravi.notices.rules import kind
from ravi.notices.timing import IN_HAND, MOST_TOLD, again_at, due_at

State = Dispatch.State
# Under its key Matrix takes a message once; a mail that may have gone is not sent again.
REPEATABLE = frozenset({"matrix"})


@dataclass(frozen=True)
class Batch:
    """Notices that go to one address in one message, claimed by this process."""

    address: Address
    notices: Sequence[Notice]
    dispatch_ids: Sequence[int]
    key: str
    tries: int


def line_up(notices: Iterable[Notice]) -> None:
    """A row for every notice and every confirmed address of its person; nothing for people without one."""
    told = list(notices)
    confirmed = Address.objects.filter(confirmed_at__isnull=False, ended_at=None)
    addresses = confirmed.filter(person_id__in={notice.person_id for notice in told}) if told else ()
    zone = ZoneInfo(settings.TIME_ZONE)
    Dispatch.objects.bulk_create(
        Dispatch(
            institution_id=notice.institution_id,
            notice=notice,
            address=address,
            due_at=due_at(
                notice.created_at,
                is_urgent=kind(notice.kind).is_urgent(notice.params),
                quiet_from=address.quiet_from,
                quiet_until=address.quiet_until,
                zone=zone,
            ),
        )
        for address in addresses
        for notice in told
        if notice.person_id == address.person_id
    )


@transaction.atomic
def claim_batch() -> Batch | None:
    """The next message of this tenant, noted as in hand before anything is sent; None when nothing is due."""
    now = clock.now()
    _drop_needless(now)
    due = Dispatch.objects.filter(state=State.WAITING, due_at__lte=now).order_by("due_at", "pk")
    first = due.select_for_update(skip_locked=True).first()
    if first is None:
        return None
    # What was tried together goes together again: its key stands for exactly these.
    together = due.filter(address=first.address_id, key=first.key)
    rows = list(together.select_for_update(skip_locked=True)[: MOST_TOLD if not first.key else None])
    key = first.key or secrets.token_hex(12)
    ids = [row.pk for row in rows]
    tries = first.tries + 1
    Dispatch.objects.filter(pk__in=ids).update(state=State.SENDING, key=key, tries=tries, claimed_at=now, reason="")
    address = Address.objects.select_related("person").get(pk=first.address_id)
    notices = Notice.objects.filter(dispatches__in=ids).order_by("created_at", "pk")
    return Batch(address, list(notices), ids, key, tries)


def _drop_needless(now: datetime) -> None:
    gone = Q(address__ended_at__isnull=False) | Q(address__person__is_active=False)
    needless = Q(notice__read_at__isnull=False) | gone
    waiting = Dispatch.objects.filter(needless, state=State.WAITING, due_at__lte=now, key="")
    ids = list(waiting.values_list("pk", flat=True)[:1000])
    if ids:
        Dispatch.objects.filter(pk__in=ids, state=State.WAITING).update(state=State.DROPPED, ended_at=now)


def end_batch(batch: Batch, state: State, reason: str = "") -> None:
    """It went, it never will, or nobody knows."""
    mine = Dispatch.objects.filter(pk__in=batch.dispatch_ids, state=State.SENDING)
    mine.update(state=state, ended_at=clock.now(), reason=reason[:60])


def put_back(batch: Batch, reason: str, after_s: float = 0.0) -> None:
    """It provably did not go: once more after a while, or given up."""
    moment = again_at(clock.now(), batch.tries, after_s)
    if moment is None:
        end_batch(batch, State.FAILED, reason)
        return
    mine = Dispatch.objects.filter(pk__in=batch.dispatch_ids, state=State.SENDING)
    mine.update(state=State.WAITING, due_at=moment, reason=reason[:60])


def clear_up() -> int:
    """What a dead process had in hand: again where a key makes that safe, else unsure. How many."""
    now = clock.now()
    left = Dispatch.objects.filter(state=State.SENDING, claimed_at__lt=now - IN_HAND)
    again = left.filter(address__sender__in=REPEATABLE).values("pk")
    waiting = Dispatch.objects.filter(pk__in=again).update(state=State.WAITING, due_at=now)
    return waiting + left.update(state=State.UNSURE, ended_at=now, reason="process_gone")
