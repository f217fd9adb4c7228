"""One yes to many units' unchanged copies or corrections, as it was said on one page: carried to the posts one after the
other."""

from django.db import models
from django.db.models import Q

from ravi.accounts.models import Person
from ravi.core.access import Access
from ravi.core.models import TenantModel
from ravi.network.models.version import Version
from ravi.publishing.models import Post


class SharedYes(TenantModel):
    """What one person said yes to with one tap: units' unchanged answers, or corrections of what is out. Nothing is done
    before `begins_at`; `stopped_at`: they took it back."""

    access = Access(web=("SELECT", "INSERT", "UPDATE"))

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    begins_at = models.DateTimeField()
    is_correction = models.BooleanField(default=False, db_default=False)
    ended_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["begins_at"], condition=Q(ended_at=None), name="shared_yes_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(ended_at__isnull=False), name="shared_yes_stopped_is_ended"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.by_id}"


class SharedYesPart(TenantModel):
    """One post of it with the digest that was shown; `said_at` when its turn came, `refused` why it stayed as it was."""

    access = Access(web=("SELECT", "INSERT", "UPDATE"))

    shared_yes = models.ForeignKey(SharedYes, on_delete=models.PROTECT, related_name="parts")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    said_at = models.DateTimeField(null=True)
    refused = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shared_yes", "post"], name="shared_yes_part_once"),
            models.CheckConstraint(
                condition=Q(refused="") | Q(said_at__isnull=False), name="shared_yes_refused_is_said"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shared_yes_id} {self.post_id}"
