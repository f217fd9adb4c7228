"""Up to which change a hub was told; the news themselves stand in the ledger alone."""

from django.db import models

from ravi.core.models import TenantModel


class HubWord(TenantModel):
    """One institution's last word to the hub."""

    told_through = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution"], name="hub_word_once")]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.told_through}"
