"""Messages with blanks, what an approver signed for them, and the posts that were made of them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person, Unit
from ravi.core.access import APPEND, Access
from ravi.core.models import TenantModel
from ravi.network.template import LONGEST_RULE
from ravi.publishing.models import Post


class Template(TenantModel):
    """A message with blanks of one unit; headquarters' are there for all. `current` are the words that hold."""

    access = Access(web=("SELECT", "INSERT", "UPDATE (name, current_id, ended_at)"))

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    current = models.ForeignKey("TemplateVersion", null=True, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "unit", "name"], condition=Q(ended_at=None), name="template_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(TenantModel):
    """Its words once: `payload` is canonical JSON (network.template) whose SHA-256 is `content_hash`."""

    access = Access(web=APPEND)

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    payload = models.TextField()
    content_hash = models.CharField(max_length=64)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="template_version_once")]

    def __str__(self) -> str:
        return self.content_hash


class StandingRule(TenantModel):
    """A named approver's yes beforehand: these words with blanks, this unit, until then. Nothing revives an ended one.

    `is_emergency`: of health words for emergencies, signed by a health expert.
    """

    class EndChoice(models.TextChoices):
        ENDED = "ended", _("ended by a person")
        CHANGED = "changed", _("the words changed")
        RIGHT_LOST = "right_lost", _("the approver no longer has the right")
        OVER = "over", _("its last day passed")

    access = Access(web=("SELECT", "INSERT", "UPDATE (ended_at, ended_by_id, end_reason)"))

    version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, related_name="rules")
    content_hash = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    is_emergency = models.BooleanField(default=False, db_default=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    end_reason = models.CharField(max_length=20, choices=EndChoice.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("signed_at"), valid_until__lte=F("signed_at") + LONGEST_RULE),
                name="standing_at_most_90_days",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end_reason="") | Q(ended_at__isnull=False) & ~Q(end_reason=""),
                name="standing_ended_why",
            ),
            models.UniqueConstraint(
                fields=["version", "unit", "approver"],
                condition=Q(ended_at=None),
                name="standing_live_once",
            ),
        ]
        indexes = [models.Index(fields=["institution", "unit"], condition=Q(ended_at=None), name="standing_of_unit")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.unit_id} {self.approver_id}"


class Filling(TenantModel):
    """A post that was made from a template: the typed values (`filled`), and how each was written out."""

    access = Access(web=APPEND)

    post = models.OneToOneField(Post, on_delete=models.PROTECT, related_name="filling")
    version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, related_name="+")
    filled = models.JSONField()
    written = models.JSONField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.post_id} {self.version_id}"
