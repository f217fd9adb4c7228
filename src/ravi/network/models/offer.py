"""A message before a unit, and the unit's answer."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person, Unit
from ravi.core.access import Access
from ravi.core.models import TenantModel
from ravi.network.models.auto_adoption import AutoAdoption
from ravi.network.models.message import Message
from ravi.network.models.version import Translation, Version
from ravi.network.rules import AdoptionKind, OfferState
from ravi.publishing.models import Post


class Offer(TenantModel):
    """A message before one unit. What is offered is always the message's current version. `told_at`: its people heard of it."""

    class State(models.TextChoices):
        OPEN = OfferState.OPEN, _("Open")
        ADOPTED = OfferState.ADOPTED, _("Adopted")
        ADAPTED = OfferState.ADAPTED, _("Adapted")
        DECLINED = OfferState.DECLINED, _("Declined")
        CLOSED = OfferState.CLOSED, _("Closed")

    access = Access(web=("SELECT", "INSERT", "UPDATE"))

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="offers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=State.choices, default=OfferState.OPEN)
    deadline = models.DateTimeField(null=True)
    offered_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "unit"], name="offer_once")]
        indexes = [
            models.Index(fields=["institution", "unit", "state", "-offered_at"], name="offer_of_unit"),
            models.Index(
                fields=["institution", "deadline"], condition=Q(state=OfferState.OPEN), name="offer_open_by_deadline"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.unit_id}"


class Adoption(TenantModel):
    """The unit's answer to an offer, based on `version`. `ended_at` ends it: another answer takes its place.

    `parts` maps a part (title, full, a variant) to the unit's own words; empty where they are the version's,
    or those of `translation` as they were at `translation_revision`, where the unit took it in another language. `rule`:
    nobody answered at that moment; the unit's head, who is `by`, had said so before.
    """

    class KindChoice(models.TextChoices):
        ADOPTED = AdoptionKind.ADOPTED, _("Adopted unchanged")
        ADAPTED = AdoptionKind.ADAPTED, _("Adapted")
        DECLINED = AdoptionKind.DECLINED, _("Declined")

    access = Access(web=("SELECT", "INSERT", "UPDATE"))

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="adoptions")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    translation = models.ForeignKey(Translation, null=True, on_delete=models.PROTECT, related_name="+")
    translation_revision = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=20, choices=KindChoice.choices)
    reason = models.TextField(blank=True)
    parts = models.JSONField(default=dict)
    post = models.OneToOneField(Post, null=True, on_delete=models.PROTECT, related_name="adoption")
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(AutoAdoption, null=True, on_delete=models.PROTECT, related_name="adoptions")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer"], condition=Q(ended_at=None), name="adoption_live_once"),
            models.UniqueConstraint(
                fields=["offer", "version"], condition=Q(rule__isnull=False), name="adoption_by_rule_once"
            ),
            models.CheckConstraint(
                condition=Q(rule=None) | Q(kind=AdoptionKind.ADOPTED, translation=None, by__isnull=False),
                name="adoption_by_rule_is_unchanged",
            ),
            models.CheckConstraint(
                condition=~Q(kind=AdoptionKind.DECLINED) | ~Q(reason="") & Q(post=None), name="adoption_declined_why"
            ),
            models.CheckConstraint(
                condition=Q(translation__isnull=True, translation_revision=None)
                | Q(translation__isnull=False, translation_revision__isnull=False),
                name="adoption_of_words_as_they_were",
            ),
            models.CheckConstraint(
                condition=Q(kind=AdoptionKind.ADAPTED) | Q(parts={}), name="adoption_own_words_are_adapted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.kind}"
