"""What was read back of each change that a platform said yes to."""

from django.db import models
from django.db.models import Q

from ravi.core.access import Access
from ravi.core.models import TenantModel
from ravi.delivery.read_back.rules import CASES, MOST_WORDS, STORED, ReadBackOutcome


def needs_a_person(of: str = "") -> Q:
    """That a change does not stand and nobody has dealt with it, for a query of what leads to its row by `of`."""
    return Q(**{f"{of}outcome__in": sorted(CASES), f"{of}settled_at": None})


NEEDS_A_PERSON = needs_a_person()


class ReadBack(TenantModel):
    """One edit or removal, and whether it stands. `words`: what was found instead, ours of before as a rule. `settled_*`: who
    said that a case is dealt with. Nothing else follows from a row by itself."""

    access = Access(web=("SELECT", "UPDATE (settled_by_id, settled_at)"), engine=("SELECT", "INSERT", "UPDATE"))

    institution = models.ForeignKey("accounts.Institution", models.PROTECT, related_name="+", db_index=False)
    channel_id = models.BigIntegerField()
    delivery = models.OneToOneField("delivery.Delivery", models.PROTECT, related_name="read_back")
    due_at = models.DateTimeField()
    looks = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=12, default=ReadBackOutcome.WAITS)
    words = models.CharField(max_length=MOST_WORDS, blank=True)
    looked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    settled_by_id = models.BigIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "delivery_read_back"
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=sorted(STORED)), name="read_back_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome=ReadBackOutcome.WAITS, ended_at=None)
                | (~Q(outcome=ReadBackOutcome.WAITS) & Q(ended_at__isnull=False)),
                name="read_back_ends_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(outcome__in=sorted(CASES)), name="read_back_settles_a_case"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(ended_at=None), name="read_back_due"),
            models.Index(fields=["institution"], condition=NEEDS_A_PERSON, name="read_back_case"),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.outcome}"
