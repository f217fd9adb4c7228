"""A message for the network, whom it is for, and who wrote words of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person, Unit
from ravi.core.access import APPEND, Access
from ravi.core.models import TenantModel
from ravi.network.models.campaign import Campaign
from ravi.network.rules import MessageKind, MessageState, OnNewVersion, Priority, TargetKind
from ravi.publishing.models import Post
from ravi.publishing.rules import Topic


class Message(TenantModel):
    """What headquarters asks the network to say. `unit` issues it; `current` is the newest issued version.

    `valid_until` and `title` are those of the current version, or of the draft as long as none was issued. With
    `with_link` posts carry its short address, unless a unit says otherwise.
    """

    class State(models.TextChoices):
        DRAFT = MessageState.DRAFT, _("Draft")
        OFFERED = MessageState.OFFERED, _("With the units")
        ENDED = MessageState.ENDED, _("Ended")
        WITHDRAWN = MessageState.WITHDRAWN, _("Withdrawn")

    class KindChoice(models.TextChoices):
        MESSAGE = MessageKind.MESSAGE, _("Message")
        NOTICE = MessageKind.NOTICE, _("Notice (a closure, a change of hours)")
        ALERT = MessageKind.ALERT, _("Alert")

    class PriorityChoice(models.TextChoices):
        NORMAL = Priority.NORMAL, _("Normal")
        HIGH = Priority.HIGH, _("High")

    class NewVersionChoice(models.TextChoices):
        PAUSE = OnNewVersion.PAUSE, _("They pause until a person has looked")
        GO_ON = OnNewVersion.GO_ON, _("They go on as scheduled")

    access = Access(web=("SELECT", "INSERT", "UPDATE"))

    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="messages")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=300, blank=True)
    topic = models.CharField(max_length=20, choices=Post.TopicChoice.choices, default=Topic.HEALTH)
    kind = models.CharField(max_length=20, choices=KindChoice.choices, default=MessageKind.MESSAGE)
    priority = models.CharField(max_length=20, choices=PriorityChoice.choices, default=Priority.NORMAL)
    on_new_version = models.CharField(max_length=20, choices=NewVersionChoice.choices, default=OnNewVersion.PAUSE)
    window_min = models.PositiveIntegerField(default=30)
    with_link = models.BooleanField(default=True, db_default=True)
    deadline = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, choices=State.choices, default=MessageState.DRAFT)
    current = models.ForeignKey("Version", null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawal_reason = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(topic=Topic.HEALTH) | Q(current=None) | Q(valid_until__isnull=False),
                name="message_health_expires",
            ),
            models.CheckConstraint(
                condition=Q(state=MessageState.DRAFT, current=None)
                | Q(state__in=[MessageState.OFFERED, MessageState.WITHDRAWN], current__isnull=False)
                | Q(state=MessageState.ENDED),
                name="message_offered_has_version",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "state", "-created_at"], name="message_by_state"),
            models.Index(fields=["campaign", "-created_at"], name="message_of_campaign"),
        ]

    def __str__(self) -> str:
        return self.title or f"#{self.pk}"


class Target(TenantModel):
    """One aim of a message; which units that are is decided when a version is issued."""

    class KindChoice(models.TextChoices):
        TREE = TargetKind.TREE, _("A unit and all under it")
        KIND = TargetKind.KIND, _("All units of a kind")
        UNIT = TargetKind.UNIT, _("One unit")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="targets")
    kind = models.CharField(max_length=10, choices=KindChoice.choices)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    unit_kind = models.CharField(max_length=20, choices=Unit.Kind.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=TargetKind.KIND, unit=None) & ~Q(unit_kind="")
                | Q(kind__in=[TargetKind.TREE, TargetKind.UNIT], unit__isnull=False, unit_kind=""),
                name="target_names_one_thing",
            ),
            models.UniqueConstraint(
                fields=["message", "kind", "unit", "unit_kind"], nulls_distinct=False, name="target_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.unit_id or self.unit_kind}"


class Writer(TenantModel):
    """Whoever changed a message's words; none of them may say the expert's yes to it."""

    access = Access(web=APPEND)

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="writers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="message_writer_once")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.person_id}"
