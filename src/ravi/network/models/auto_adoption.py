"""A unit's head lets notices of headquarters be taken by themselves, until somebody ends it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person, Unit
from ravi.core.access import Access
from ravi.core.models import TenantModel


class AutoAdoption(TenantModel):
    """What of headquarters the unit takes unchanged from `at` on, in the name of `by`. Nothing revives an ended one."""

    class EndChoice(models.TextChoices):
        ENDED = "ended", _("ended by a person")
        REPLACED = "replaced", _("another choice took its place")
        RIGHT_LOST = "right_lost", _("whoever said it no longer heads the unit")
        UNIT_CLOSED = "unit_closed", _("the unit closed")

    access = Access(web=("SELECT", "INSERT", "UPDATE (ended_at, ended_by_id, end_reason)"))

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    takes_notices = models.BooleanField(default=False)
    takes_alerts = models.BooleanField(default=False)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    end_reason = models.CharField(max_length=20, choices=EndChoice.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(ended_at=None), name="auto_adoption_live_once"),
            models.CheckConstraint(
                condition=Q(takes_notices=True) | Q(takes_alerts=True), name="auto_adoption_takes_something"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end_reason="") | Q(ended_at__isnull=False) & ~Q(end_reason=""),
                name="auto_adoption_ended_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.by_id}"
