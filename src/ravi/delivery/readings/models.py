"""Numbers of channels and posts, and when each is read again. Neither holds who follows, reacts or answers: nobody asks."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ravi.core.access import APPEND, Access
from ravi.core.models import TenantModel
from ravi.delivery.readings.rules import EARLIEST, Kind, Source


class Reading(TenantModel):
    """One number at one moment, with its source. A wrong one is corrected by another row; none is changed or removed.

    `delivery` None: it is the channel's. `taken_at` is when it held, `noted_at` when it was written here. What a platform
    does not tell has no row.
    """

    access = Access(web=APPEND, engine=APPEND)

    class KindChoice(models.TextChoices):
        FOLLOWERS = Kind.FOLLOWERS, pgettext_lazy("number", "Followers")
        VIEWS = Kind.VIEWS, pgettext_lazy("number", "Views")
        REACTIONS = Kind.REACTIONS, pgettext_lazy("number", "Reactions")
        SHARES = Kind.SHARES, pgettext_lazy("number", "Shares")
        REPLIES = Kind.REPLIES, pgettext_lazy("number", "Replies")

    class SourceChoice(models.TextChoices):
        API = Source.API, _("the platform")
        PERSON = Source.PERSON, _("a colleague")
        FILE = Source.FILE, _("a file")

    institution = models.ForeignKey(
        "accounts.Institution", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    channel_id = models.BigIntegerField()
    delivery = models.ForeignKey(
        "delivery.Delivery", models.PROTECT, null=True, related_name="readings", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=12, choices=KindChoice.choices)
    value = models.BigIntegerField()
    source = models.CharField(max_length=6, choices=SourceChoice.choices)
    taken_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    evidence_link = models.CharField(max_length=2000, blank=True)
    evidence_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0), name="reading_not_below_nothing"),
            models.CheckConstraint(condition=Q(source__in=list(Source)), name="reading_source_known"),
            models.CheckConstraint(
                condition=Q(delivery=None, kind=Kind.FOLLOWERS)
                | Q(delivery__isnull=False, kind__in=[kind for kind in Kind if kind is not Kind.FOLLOWERS]),
                name="reading_kind_of_its_thing",
            ),
            # What a platform answered is not kept: it could name people.
            models.CheckConstraint(
                condition=~Q(source=Source.API) | Q(by_id=None, evidence_link="", evidence_sha256=""),
                name="reading_keeps_no_answer",
            ),
            models.CheckConstraint(
                condition=Q(source=Source.API)
                | (Q(by_id__isnull=False) & (~Q(evidence_link="") | ~Q(evidence_sha256=""))),
                name="reading_by_hand_has_evidence",
            ),
            models.CheckConstraint(condition=Q(noted_at__gte=F("taken_at")), name="reading_not_ahead"),
            # One moment that cannot be read back would close the whole table, and no row is ever removed.
            models.CheckConstraint(condition=Q(taken_at__gte=EARLIEST), name="reading_not_before_2000"),
        ]
        indexes = [
            models.Index(
                fields=["delivery", "kind", "-taken_at", "-id"],
                condition=Q(delivery__isnull=False),
                name="reading_of_post",
            ),
            models.Index(
                fields=["channel_id", "kind", "-taken_at", "-id"],
                condition=Q(delivery=None),
                name="reading_of_channel",
            ),
            # Asked before bytes are erased: whose evidence they are too.
            models.Index(fields=["evidence_sha256"], condition=~Q(evidence_sha256=""), name="reading_evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class ReadingDue(TenantModel):
    """When the numbers of a channel, or of one copy that went out, are read next. `code`: why not, the last time."""

    access = Access(web=("SELECT", "DELETE"), engine=("SELECT", "INSERT", "UPDATE"))

    channel_id = models.BigIntegerField()
    delivery = models.OneToOneField("delivery.Delivery", models.PROTECT, null=True, related_name="reading_due")
    due_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "delivery_reading_due"
        constraints = [
            models.UniqueConstraint(fields=["channel_id"], condition=Q(delivery=None), name="reading_due_of_channel"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(ended_at=None), name="reading_due"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id}/{self.delivery_id} {self.due_at}"
