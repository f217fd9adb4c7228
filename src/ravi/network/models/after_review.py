"""An emergency message that went out by an expert's yes beforehand is looked at afterwards, within a day."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person, Unit
from ravi.core.access import APPEND, Access
from ravi.core.models import TenantModel
from ravi.network.after_review import LONGEST_NOTE, REVIEW_WITHIN, Step, Verdict
from ravi.network.models.template import Filling, Template


class AfterReview(TenantModel):
    """What a health expert finds, once, in what went out; as long as it is overdue, the emergency lane is closed."""

    class VerdictChoice(models.TextChoices):
        RIGHT = Verdict.RIGHT, _("Right as it went out")
        CORRECT = Verdict.CORRECT, _("Must be corrected")
        WITHDRAW = Verdict.WITHDRAW, _("Withdrawn")

    access = Access(web=("SELECT", "INSERT", "UPDATE (done_at, done_by_id, verdict, note)"))

    filling = models.OneToOneField(Filling, on_delete=models.PROTECT, related_name="after_review")
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=VerdictChoice.choices, blank=True)
    note = models.TextField(blank=True, max_length=LONGEST_NOTE)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__gt=F("opened_at"), due_at__lte=F("opened_at") + REVIEW_WITHIN),
                name="after_review_within_a_day",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None, verdict="", note="")
                | Q(done_at__isnull=False, done_by__isnull=False, verdict__in=list(Verdict)),
                name="after_review_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["", Verdict.RIGHT]) | ~Q(note=""), name="after_review_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "due_at"], condition=Q(done_at=None), name="after_review_open"),
        ]

    def __str__(self) -> str:
        return f"{self.filling_id} {self.verdict}"


class AfterReviewTold(TenantModel):
    """One step towards its hour, told once. Whom it reached stands nowhere."""

    class StepChoice(models.TextChoices):
        HALF = Step.HALF, _("Half of the time has passed")
        HOURS = Step.HOURS, _("Two hours before")
        OVERDUE = Step.OVERDUE, _("Overdue")

    access = Access(web=APPEND)

    review = models.ForeignKey(AfterReview, on_delete=models.PROTECT, related_name="told")
    step = models.CharField(max_length=10, choices=StepChoice.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "step"], name="after_review_told_once"),
            models.CheckConstraint(condition=Q(step__in=list(Step)), name="after_review_step_known"),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.step}"
