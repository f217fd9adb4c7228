"""Takes what is due, has it sent, and writes down what came of it: each call in one hand at a time, none forgotten."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from ravi.api.models import Webhook, WebhookCall, WebhookTry
from ravi.api.webhook import queries, sealing, services
from ravi.api.webhook.rules import (
    AT_ONCE,
    GIVEN_UP_AFTER,
    LEASE_S,
    CallState,
    TryOutcome,
    WhyOff,
    failing_from,
    rest_s,
    wait_s,
    why_off,
)
from ravi.api.webhook.sending import Came, Errand
from ravi.core import clock
from ravi.core.crypto import BoxUnreadable
from ravi.notices.services import tell


@transaction.atomic
def take_due(now: datetime) -> list[Errand]:
    """What is to be sent now in the institution in sight. Whoever dies with it in hand leaves it to the next after a minute."""
    return [errand for hook in queries.due_webhooks(now) for errand in _take(hook, now)]


def _take(hook: Webhook, now: datetime) -> list[Errand]:
    waiting = WebhookCall.objects.filter(webhook=hook, state=CallState.WAITING, next_at__lte=now)
    free = waiting.exclude(leased_until__gt=now).select_for_update(skip_locked=True).order_by("next_at", "pk")
    # Of an address that takes nothing one call is the question whether it is well again.
    calls = list(free[: 1 if hook.failures else AT_ONCE])
    WebhookCall.objects.filter(pk__in=[call.pk for call in calls]).update(leased_until=now + timedelta(seconds=LEASE_S))
    secrets = _secrets(hook, now) if calls else ()
    return [
        Errand(call.pk, hook.pk, hook.institution_id, hook.url, call.message_id, call.body.encode(), secrets)
        for call in calls
    ]


def _secrets(hook: Webhook, now: datetime) -> tuple[str, ...]:
    """None where the one that holds cannot be opened: then the address is switched off. The old one may be left out."""
    secret = _opened(bytes(hook.secret), hook)
    is_old_good = bool(hook.old_until and hook.old_until > now)
    old = _opened(bytes(hook.old_secret), hook) if is_old_good else ""
    return tuple(one for one in (secret, old) if one) if secret else ()


def _opened(box: bytes, hook: Webhook) -> str:
    try:
        return sealing.open_box(box, hook)
    except BoxUnreadable:
        return ""


@transaction.atomic
def lay_down(errands: Sequence[Errand]) -> None:
    """What was taken and not begun is free for the next round, as if nobody had taken it."""
    WebhookCall.objects.filter(pk__in=[errand.call_id for errand in errands]).update(leased_until=None)


@transaction.atomic
def write_down(came: Sequence[Came]) -> None:
    """What came of these calls, address by address."""
    of_hook: dict[int, list[Came]] = defaultdict(list)
    for one in came:
        of_hook[one.errand.webhook_id].append(one)
    for hook in Webhook.objects.select_for_update().filter(pk__in=of_hook).order_by("pk"):
        _settle(hook, of_hook[hook.pk], clock.now())


def _settle(hook: Webhook, came: Sequence[Came], now: datetime) -> None:
    calls = WebhookCall.objects.select_for_update().in_bulk([one.errand.call_id for one in came])
    known = [(calls[one.errand.call_id], one) for one in came if one.errand.call_id in calls]
    WebhookTry.objects.bulk_create(_tried(call, one, now) for call, one in known)
    for call, one in known:
        _move_on(call, one, now)
    WebhookCall.objects.bulk_update(calls.values(), ["attempts", "leased_until", "state", "ended_at", "next_at"])
    if any(one.outcome is TryOutcome.TAKEN for one in came):
        _be_well(hook, now)
    else:
        _be_failing(hook, max(one.retry_after_s for one in came), now)
    if not hook.off_why and (why := _why_off(hook, came, now)):
        services.switch_off(hook, why, now)
        _tell(hook)
    hook.save(update_fields=["failures", "failing_since", "failed_at", "rest_until", "off_why", "off_at"])


def _be_well(hook: Webhook, now: datetime) -> None:
    """After a row of failures what waits for a later time of its own waits no longer."""
    if hook.failures > 1:  # after a single one it may be the call that is not liked, and not the address that was down
        WebhookCall.objects.filter(webhook=hook, state=CallState.WAITING, next_at__gt=now).update(next_at=now)
    hook.failures, hook.failing_since, hook.rest_until = 0, None, None


def _be_failing(hook: Webhook, retry_after_s: int, now: datetime) -> None:
    since = failing_from(hook.failing_since, hook.failed_at, now)
    hook.failures = hook.failures + 1 if since == hook.failing_since else 1
    hook.failing_since, hook.failed_at = since, now
    hook.rest_until = now + timedelta(seconds=rest_s(hook.failures, retry_after_s))


def _tried(call: WebhookCall, came: Came, now: datetime) -> WebhookTry:
    return WebhookTry(
        institution_id=call.institution_id,
        call=call,
        at=now,
        outcome=came.outcome,
        status=came.status,
        took_ms=came.took_ms,
    )


def _move_on(call: WebhookCall, came: Came, now: datetime) -> None:
    call.attempts, call.leased_until = call.attempts + 1, None
    wait = wait_s(call.attempts)
    if came.outcome is TryOutcome.TAKEN:
        call.state, call.ended_at = CallState.TAKEN, now
    elif wait is None or came.status == 410:
        call.state, call.ended_at = CallState.GIVEN_UP, now
    else:
        call.next_at = now + timedelta(seconds=wait)


def _why_off(hook: Webhook, came: Iterable[Came], now: datetime) -> WhyOff | None:
    outcomes = {one.outcome for one in came}
    if TryOutcome.UNSEALED in outcomes:
        return WhyOff.UNSEALED
    return why_off({one.status for one in came}, hook.failing_since, now)


def _tell(hook: Webhook) -> None:
    url = reverse("api:webhook", args=[hook.pk])
    params = {"name": hook.name, "why": str(hook.off_why)}
    tell(services.keepers(hook), "webhook_off", params, url, institution_id=hook.institution_id)


def give_up_old(now: datetime) -> int:
    """What is too old to be of use is told no more; how many."""
    old = WebhookCall.objects.filter(state=CallState.WAITING, happened_at__lt=now - GIVEN_UP_AFTER)
    return old.filter(asked_at=None).update(state=CallState.GIVEN_UP, ended_at=now)
