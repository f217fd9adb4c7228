"""What the door remembers: answers that it gives once more; and whom Ravi tells by itself: addresses, calls, tries."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import AccessToken, Person, Unit
from ravi.api.webhook.rules import LONGEST_URL, CallState, TryOutcome, WhyOff
from ravi.core.access import Access
from ravi.core.models import TenantModel


class Answer(TenantModel):
    """The answer to one named request (Idempotency-Key) of one key, for a day."""

    access = Access(web=("SELECT", "INSERT", "UPDATE", "DELETE"))

    token = models.ForeignKey(AccessToken, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "name"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.name}: {self.status}"


class Webhook(TenantModel):
    """An address that is told of what happens in `unit` and under it; at headquarters, in the whole institution.

    `secret` is sealed; for a day after a new one `old_secret` signs beside it. `failures` counts tries in a row that came
    to nothing, from `failing_since` to `failed_at`; until `rest_until` the address is left in peace.
    """

    class Off(models.TextChoices):
        PERSON = WhyOff.PERSON, _("switched off by a person")
        GONE = WhyOff.GONE, _("the address said that it is gone")
        FAILING = WhyOff.FAILING, _("it took nothing for three days")
        UNSEALED = WhyOff.UNSEALED, _("its secret cannot be opened here; make a new one")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=LONGEST_URL)
    events = models.JSONField(default=list)
    secret = models.BinaryField(default=bytes)
    old_secret = models.BinaryField(default=bytes)
    old_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    on_since = models.DateTimeField()
    off_why = models.CharField(max_length=10, choices=Off.choices, blank=True)
    off_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    rest_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(off_why="", off_at=None) | ~Q(off_why="") & Q(off_at__isnull=False), name="webhook_off_why"
            )
        ]
        indexes = [models.Index(fields=["institution", "ended_at"], name="webhook_living")]

    def __str__(self) -> str:
        return self.name


class WebhookCall(TenantModel):
    """One event for one address. `source` names the event, so that it is lined up once; `message_id` is its webhook-id.

    `asked_at` is when a person asked to send it again, however old it is."""

    class State(models.TextChoices):
        WAITING = CallState.WAITING, _("Waits")
        TAKEN = CallState.TAKEN, _("Taken")
        GIVEN_UP = CallState.GIVEN_UP, _("Given up")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="calls")
    source = models.CharField(max_length=60)
    message_id = models.CharField(max_length=40)
    event = models.CharField(max_length=40)
    body = models.TextField()
    happened_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=CallState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webhook", "source"], name="webhook_call_once")]
        indexes = [
            models.Index(fields=["webhook", "next_at"], condition=Q(state=CallState.WAITING), name="webhook_call_due"),
            models.Index(fields=["webhook", "-id"], name="webhook_call_newest"),
            models.Index(fields=["institution", "happened_at"], name="webhook_call_age"),
        ]

    def __str__(self) -> str:
        return self.message_id


class WebhookTry(TenantModel):
    """One call of the address, and what came of it; `status` is what it answered, 0 for nothing."""

    class Outcome(models.TextChoices):
        TAKEN = TryOutcome.TAKEN, _("It took it")
        REFUSED = TryOutcome.REFUSED, _("It answered that it did not take it")
        MOVED = TryOutcome.MOVED, _("It pointed elsewhere; Ravi does not follow")
        UNREACHED = TryOutcome.UNREACHED, _("It was not reached, or its address is not a public one")
        SILENT = TryOutcome.SILENT, _("It was reached and gave no answer that could be read")
        UNSEALED = TryOutcome.UNSEALED, _("Its secret cannot be opened here")

    access = Access(web=("SELECT", "INSERT", "DELETE"))

    call = models.ForeignKey(WebhookCall, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    status = models.PositiveSmallIntegerField(default=0)
    took_ms = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.call_id} {self.outcome}"


class WebhookCursor(TenantModel):
    """How far the record and the ledger of an institution were read for its addresses."""

    audit_seq = models.BigIntegerField(default=0)
    ledger_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution"], name="webhook_cursor_once")]

    def __str__(self) -> str:
        return f"{self.audit_seq} {self.ledger_id}"
