"""What a person must be told, as a kind and its data; the words are made when it is read, in the reader's language.

Beside the inbox: where a person wants to be told too, and what is on its way there.
"""

from django.db import models
from django.db.models import Q

from ravi.accounts.models import Person
from ravi.core.models import TenantModel
from ravi.notices.timing import QUIET_FROM, QUIET_UNTIL


class Notice(TenantModel):
    """One line in a person's inbox. `params` is the data of the kind's sentence; `url` leads to the act."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["person", "-created_at", "-id"], name="notice_of_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.person_id}"


class Address(TenantModel):
    """Where a person wants to be told. It counts from the moment when its person typed the code that was sent there."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    sender = models.CharField(max_length=20)
    address = models.CharField(max_length=254)
    room = models.CharField(max_length=255, blank=True)
    asked_at = models.DateTimeField()
    code_hash = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)
    guesses = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    quiet_from = models.PositiveSmallIntegerField(default=QUIET_FROM)
    quiet_until = models.PositiveSmallIntegerField(default=QUIET_UNTIL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "sender"], condition=Q(ended_at=None), name="address_one_each"),
            models.CheckConstraint(condition=Q(quiet_from__lt=24, quiet_until__lt=24), name="address_quiet_hours"),
        ]
        indexes = [models.Index(fields=["person", "-asked_at"], name="address_of_person")]

    def __str__(self) -> str:
        return f"{self.sender} {self.pk}"


class Dispatch(TenantModel):
    """One notice on its way to one address. Rows that go in one message share a `key`."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        UNSURE = "unsure"  # it may have arrived; it is not repeated
        DROPPED = "dropped"  # read in Ravi before it went, or the address ended

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="dispatches")
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="dispatches")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    key = models.CharField(max_length=40, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "address"], name="dispatch_once")]
        indexes = [
            models.Index(fields=["institution", "due_at"], condition=Q(state="waiting"), name="dispatch_due"),
            models.Index(fields=["institution"], condition=Q(state="sending"), name="dispatch_in_hand"),
            models.Index(fields=["address", "-id"], name="dispatch_of_address"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class Case(TenantModel):
    """Something that lasts (a platform is away, the sender is off) and of which people are told once, until it ends."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=100, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "kind", "key"], condition=Q(closed_at=None), name="case_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
