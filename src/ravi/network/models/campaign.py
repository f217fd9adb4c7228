"""A campaign: what headquarters wants to reach, for whom and until when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person, Unit
from ravi.core.access import Access
from ravi.core.models import TenantModel
from ravi.network.rules import LONGEST_NAME, CampaignState


class Campaign(TenantModel):
    """A goal with its audience; messages belong to it. What stands here describes, it is never sent."""

    class State(models.TextChoices):
        OPEN = CampaignState.OPEN, _("Running")
        CLOSED = CampaignState.CLOSED, _("Over")

    access = Access(web=("SELECT", "INSERT", "UPDATE"))

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=LONGEST_NAME)
    goal = models.TextField(blank=True)
    age_groups = models.CharField(max_length=LONGEST_NAME, blank=True)
    dose = models.CharField(max_length=LONGEST_NAME, blank=True)
    area = models.CharField(max_length=LONGEST_NAME, blank=True)
    languages = models.JSONField(default=list)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    state = models.CharField(max_length=20, choices=State.choices, default=CampaignState.OPEN)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="campaign_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["institution", "name"], condition=Q(state=CampaignState.OPEN), name="campaign_name_once"
            ),
        ]
        indexes = [models.Index(fields=["institution", "state", "-created_at"], name="campaign_by_time")]

    def __str__(self) -> str:
        return self.name
