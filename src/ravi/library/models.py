"""Images that posts may use: bytes in core.blob, and here what a person said about them."""

from django.db import models
from django.db.models import Q

from ravi.accounts.models import Person, Unit
from ravi.core.access import Access
from ravi.core.models import TenantModel


class Media(TenantModel):
    """One re-encoded image of a unit; `sha256` names its bytes in core.blob."""

    access = Access(web=("SELECT", "INSERT", "UPDATE (alt_text, shows_people, consent_reference)"))

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.BigIntegerField()
    original_name = models.CharField(max_length=200)
    alt_text = models.CharField(max_length=1_000)
    shows_people = models.BooleanField()
    consent_reference = models.CharField(max_length=200, blank=True)
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("-added_at", "-id")
        constraints = [
            models.CheckConstraint(condition=~Q(alt_text=""), name="media_has_alt_text"),
            models.CheckConstraint(
                condition=Q(shows_people=False) | ~Q(consent_reference=""), name="media_people_consented"
            ),
        ]
        indexes = [models.Index(fields=["institution", "sha256"], name="media_sha256")]

    def __str__(self) -> str:
        return self.alt_text
