"""What the door remembers: answers that it gives once more to the same request."""

from django.db import models

from ravi.accounts.models import AccessToken
from ravi.core.access import Access
from ravi.core.models import TenantModel


class Answer(TenantModel):
    """The answer to one named request (Idempotency-Key) of one key, for a day."""

    access = Access(web=("SELECT", "INSERT", "UPDATE", "DELETE"))

    token = models.ForeignKey(AccessToken, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "name"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.name}: {self.status}"
