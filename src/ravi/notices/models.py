"""What a person must be told, as a kind and its data; the words are made when it is read, in the reader's language."""

from django.db import models
from django.db.models import Q

from ravi.accounts.models import Person
from ravi.core.models import TenantModel


class Notice(TenantModel):
    """One line in a person's inbox. `params` is the data of the kind's sentence; `url` leads to the act."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["person", "-created_at", "-id"], name="notice_of_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.person_id}"
