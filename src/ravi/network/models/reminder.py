"""That a unit was reminded of an offer, or headquarters told that it is late."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ravi.core.access import APPEND, Access
from ravi.core.models import TenantModel
from ravi.network.models.offer import Offer
from ravi.network.reminder import Step


class Reminder(TenantModel):
    """One step of one deadline, told once; another deadline begins anew. Whom it reached stands nowhere."""

    class StepChoice(models.TextChoices):
        DAY = Step.DAY, _("A day before")
        HOURS = Step.HOURS, _("Two hours before")
        LATE = Step.LATE, _("Late")

    access = Access(web=APPEND)

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="reminders")
    deadline = models.DateTimeField()
    step = models.CharField(max_length=10, choices=StepChoice.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "deadline", "step"], name="reminder_once"),
            models.CheckConstraint(condition=Q(step__in=list(Step)), name="reminder_step_known"),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.step}"
