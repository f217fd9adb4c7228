"""A series of workshops: numbered, for the same people, with one purpose."""

from django.db import models

from ravi.accounts.models import Person
from ravi.core.access import Access
from ravi.core.models import TenantModel
from ravi.training.rules import LONGEST_NAME


class Series(TenantModel):
    """Its workshops carry its numbers: the first workshop of the series, the second."""

    access = Access(web=("SELECT", "INSERT", "UPDATE"))

    name = models.CharField(max_length=LONGEST_NAME)
    purpose = models.TextField(blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "name"], name="series_name_once")]

    def __str__(self) -> str:
        return self.name
