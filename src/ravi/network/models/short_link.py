"""A message's short address, and how often it was opened on each day: counts, nobody's visit."""

from django.db import models

from ravi.core.access import APPEND, Access
from ravi.core.models import TenantModel
from ravi.network.models.message import Message


class ShortLink(TenantModel):
    """The code that stands for one message, from its first issued version on; it never changes."""

    # Whoever opens a short address belongs to no institution yet; the code leads to one.
    access = Access(web=APPEND, read_by_all="true")

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="short_link")
    code = models.CharField(max_length=12, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class ShortLinkDay(TenantModel):
    """How often a short address was opened on one day in Tehran. Nothing of who opened it stands anywhere."""

    access = Access(web=("SELECT", "INSERT", "UPDATE (opened)"))

    short_link = models.ForeignKey(ShortLink, on_delete=models.PROTECT, related_name="days")
    day = models.DateField()
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["short_link", "day"], name="short_link_day_once")]

    def __str__(self) -> str:
        return f"{self.short_link_id} {self.day}: {self.opened}"
