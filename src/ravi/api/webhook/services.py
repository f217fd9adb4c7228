"""What people do to addresses: add, change, renew the secret, switch off and on, end, try, send again."""

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import heads, unit_heads
from ravi.accounts.rules import Ability
from ravi.api.models import Webhook, WebhookCall
from ravi.api.webhook import gather, queries, sealing
from ravi.api.webhook.errors import WebhookRefused
from ravi.api.webhook.event import Event
from ravi.api.webhook.rules import CHOSEN, LONGEST_URL, MOST_WEBHOOKS, OLD_SECRET_HOLDS, CallState, EventType, WhyOff
from ravi.api.webhook.signature import new_secret
from ravi.core import audit, clock
from ravi.core.calendar import number
from ravi.core.canonical import JSON
from ravi.core.egress import Egress, EgressRefused


@transaction.atomic
def add_webhook(
    unit: Unit, name: str, url: str, events: Collection[str], *, egress: Egress, by: Person
) -> tuple[Webhook, str]:
    """An address of `unit`, and its secret, shown this once. Raises PermissionDenied, WebhookRefused."""
    require(by, Ability.MANAGE_WEBHOOKS, unit.pk)
    check_url(url, egress)
    audit.hold(unit.institution_id)
    if queries.living().filter(unit=unit).count() >= MOST_WEBHOOKS:
        raise WebhookRefused(
            _("A unit has at most %(most)s addresses. End one first.") % {"most": number(MOST_WEBHOOKS)}
        )
    _begin(unit.institution_id)
    now = clock.now()
    made = Webhook(institution_id=unit.institution_id, unit=unit, made_by=by, created_at=now, on_since=now)
    made.name, made.url, made.events = name.strip(), url, _chosen(events)
    made.save()
    secret = _new_secret(made)
    made.save(update_fields=["secret"])
    _note("add_webhook", made, by, {"unit": unit.pk, "events": made.events})
    return made, secret


@transaction.atomic
def edit_webhook(webhook: Webhook, name: str, url: str, events: Collection[str], *, egress: Egress, by: Person) -> None:
    """What it is called, where it stands and what it is told from now on. Raises PermissionDenied, WebhookRefused."""
    current = _taken(webhook, by)
    check_url(url, egress)
    if url != current.url:
        current.failures, current.failing_since, current.rest_until = 0, None, None
    current.name, current.url, current.events = name.strip(), url, _chosen(events)
    current.save()
    _note("edit_webhook", current, by, {"events": current.events})


@transaction.atomic
def renew_secret(webhook: Webhook, *, by: Person) -> str:
    """Another secret, shown this once; what is told is signed with both for a day."""
    current, now = _taken(webhook, by), clock.now()
    current.old_secret, current.old_until = bytes(current.secret), now + OLD_SECRET_HOLDS
    if current.off_why == WhyOff.UNSEALED:
        current.old_secret, current.old_until = b"", None
    secret = _new_secret(current)
    current.save(update_fields=["secret", "old_secret", "old_until"])
    _note("renew_webhook_secret", current, by)
    return secret


@transaction.atomic
def switch_webhook(webhook: Webhook, *, is_on: bool, by: Person) -> None:
    """On: what happens from now on is told, and what waited and is young enough. Twice is once."""
    current = _taken(webhook, by)
    if is_on == (current.off_why == ""):
        return
    audit.hold(
        current.institution_id
    )  # whatever is recorded from its beginning on is found by the look that sees it on
    now = clock.now()
    if is_on:
        _begin(current.institution_id)
    current.off_why, current.off_at = ("", None) if is_on else (WhyOff.PERSON, now)
    current.on_since = now if is_on else current.on_since
    current.failures, current.failing_since, current.rest_until = 0, None, None
    current.save()
    _note("switch_webhook", current, by, {"to": "on" if is_on else "off"})


@transaction.atomic
def end_webhook(webhook: Webhook, *, by: Person) -> None:
    """Nothing is told to it any more; its secret is gone, its log stays its days."""
    end(_taken(webhook, by), by)


@transaction.atomic
def try_webhook(webhook: Webhook, *, by: Person) -> WebhookCall:
    """Tell it something that did not happen, so that both sides can be seen to work."""
    current = _taken(webhook, by)
    event = Event(EventType.TEST, f"test:{uuid4().hex}", clock.now(), None, {"unit_id": current.unit_id})
    call = gather.call_of(current, event)
    call.save()
    _wake(current)
    return call


@transaction.atomic
def send_again(call: WebhookCall, *, by: Person) -> None:
    """Once more under the same webhook-id, by which the other program knows what it had already."""
    webhook = _taken(call.webhook, by)
    current = WebhookCall.objects.select_for_update().get(pk=call.pk)
    if webhook.off_why:
        raise WebhookRefused(_("This address is switched off. Switch it on first; the log stays as it is."))
    current.state, current.attempts, current.next_at, current.ended_at = CallState.WAITING, 0, clock.now(), None
    current.asked_at = clock.now()
    current.save(update_fields=["state", "attempts", "next_at", "ended_at", "asked_at"])
    _wake(webhook)
    _note("resend_webhook", webhook, by, {"call": current.pk})


def end(webhook: Webhook, by: Person) -> None:
    """For services of this room, with the row taken."""
    webhook.ended_at, webhook.secret, webhook.old_secret, webhook.old_until = clock.now(), b"", b"", None
    webhook.save(update_fields=["ended_at", "secret", "old_secret", "old_until"])
    _note("end_webhook", webhook, by)


def switch_off(webhook: Webhook, why: WhyOff, now: datetime) -> None:
    """By Ravi itself: whoever keeps it is told. For services of this room, with the row taken."""
    webhook.off_why, webhook.off_at = why, now
    _note("switch_webhook", webhook, None, {"to": "off"})


def keepers(webhook: Webhook) -> set[int]:
    """Who is told about it: who made it, and the heads of its unit."""
    of_unit = unit_heads(webhook.unit_id) or frozenset(heads(webhook.institution_id).values_list("pk", flat=True))
    return {webhook.made_by_id, *of_unit}


def check_url(url: str, egress: Egress) -> None:
    """Raises WebhookRefused for what Ravi does not call: no https, a private address, a strange port, a password in it."""
    try:
        parts = urlsplit(url)
        is_listed = egress.is_allowed(parts.hostname or "", parts.port or 80)
        egress.check_url(url)
    except (ValueError, EgressRefused) as error:
        raise WebhookRefused(_("This is no public web address. It looks like https://example.org/ravi.")) from error
    if len(url) > LONGEST_URL or parts.fragment or any(letter.isspace() for letter in url):
        raise WebhookRefused(_("This is no public web address. It looks like https://example.org/ravi."))
    if parts.scheme != "https" and not is_listed:
        raise WebhookRefused(_("The address begins with https://, so that nobody reads along on the way."))


def _begin(institution_id: int) -> None:
    """Where nobody listened, the record and the ledger were not read either."""
    if not queries.switched_on().exists():
        gather.begin(institution_id)


def _chosen(events: Collection[str]) -> list[str]:
    chosen = [str(one) for one in CHOSEN if one in set(events)]
    if not chosen:
        raise WebhookRefused(_("Choose at least one thing that it is told."))
    return chosen


def _taken(webhook: Webhook, by: Person) -> Webhook:
    require(by, Ability.MANAGE_WEBHOOKS, webhook.unit_id)
    current = Webhook.objects.select_for_update(no_key=True).get(pk=webhook.pk)
    if current.ended_at is not None:
        raise WebhookRefused(_("Somebody has ended this address. Add it anew."))
    return current


def _new_secret(webhook: Webhook) -> str:
    secret = new_secret()
    webhook.secret = sealing.seal(secret, webhook)
    return secret


def _wake(webhook: Webhook) -> None:
    """A person waits: the address is asked at once."""
    webhook.rest_until = None
    webhook.save(update_fields=["rest_until"])


def _note(verb: str, webhook: Webhook, by: Person | None, facts: dict[str, JSON] | None = None) -> None:
    audit.record(verb, by=by and by.pk, subject=webhook, institution_id=webhook.institution_id, facts=facts)
