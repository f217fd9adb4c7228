"""Lines up what happened for the addresses that want it: read from the record and the ledger, which forget nothing.

The record is read by a cursor, since its numbers are committed in their order. The ledger's are not: its cursor stays
behind what is younger than a minute, and what is read again is lined up once (docs/decisions).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from ravi.accounts.queries import paths_of_institution
from ravi.api.models import Webhook, WebhookCall, WebhookCursor
from ravi.api.webhook import queries
from ravi.api.webhook.event import OF_COPY, Event, of_ledger, of_record
from ravi.api.webhook.rules import concerns
from ravi.core import audit, clock
from ravi.delivery.models import LedgerEntry
from ravi.delivery.queries import last_line, lines_since

MOST_ENTRIES, MOST_LINES = 500, 5_000
# Longer than any transaction that writes the ledger: a line that was committed late is still met.
LAG = timedelta(seconds=60)


@transaction.atomic
def gather(institution_id: int) -> bool:
    """Read on from where the last look ended; whether there may be more to read."""
    if not queries.switched_on().exists():
        return False
    cursor = WebhookCursor.objects.select_for_update().get(institution_id=institution_id)
    entries = list(audit.entries(institution_id).filter(seq__gt=cursor.audit_seq)[:MOST_ENTRIES])
    lines = lines_since(institution_id, cursor.ledger_id, tuple(OF_COPY), MOST_LINES)
    events = [*of_record(entries), *of_ledger(lines)]
    # After what happened: an address that was added meanwhile is among them, and nothing is passed over for it.
    made = _line_up(list(queries.switched_on().select_related("unit")), events, institution_id)
    cursor.audit_seq = entries[-1].seq if entries else cursor.audit_seq
    cursor.ledger_id = _settled(lines, cursor.ledger_id, clock.now() - LAG)
    cursor.save(update_fields=["audit_seq", "ledger_id"])
    return made > 0 or len(entries) == MOST_ENTRIES


def begin(institution_id: int) -> None:
    """The first address that is on is told of what happens from now on, not of all that ever happened."""
    last = audit.entries(institution_id).order_by("-seq").values_list("seq", flat=True).first()
    WebhookCursor.objects.update_or_create(
        institution_id=institution_id, defaults={"audit_seq": last or 0, "ledger_id": last_line(institution_id)}
    )


def _settled(lines: Sequence[LedgerEntry], last: int, before: datetime) -> int:
    """The cursor goes to the last line before the first young one."""
    for line in lines:
        if line.at >= before:
            break
        last = line.pk
    return last


def _line_up(hooks: Sequence[Webhook], events: Sequence[Event], institution_id: int) -> int:
    paths = paths_of_institution(institution_id) if events else []
    reaches = {hook.pk: queries.reach_of(hook, paths) for hook in hooks}
    wanted = [call_of(hook, event) for hook in hooks for event in events if _wants(hook, event, reaches[hook.pk])]
    known = _known(wanted)
    fresh = [call for call in wanted if (call.webhook_id, call.source) not in known]
    WebhookCall.objects.bulk_create(fresh, batch_size=1_000, ignore_conflicts=True)
    return len(fresh)


def _wants(hook: Webhook, event: Event, reach: frozenset[int]) -> bool:
    return event.type in hook.events and event.at >= hook.on_since and concerns(event.units, reach)


def _known(calls: Iterable[WebhookCall]) -> set[tuple[int, str]]:
    sources = {call.source for call in calls}
    found = WebhookCall.objects.filter(source__in=sources) if sources else WebhookCall.objects.none()
    return set(found.values_list("webhook_id", "source"))


def call_of(hook: Webhook, event: Event) -> WebhookCall:
    """One event for one address, due now."""
    return WebhookCall(
        institution_id=hook.institution_id,
        webhook=hook,
        source=event.source,
        message_id=f"msg_{uuid4().hex}",
        event=event.type,
        body=event.body(hook.institution_id),
        happened_at=event.at,
        next_at=clock.now(),
    )
