"""A version that headquarters carries to every copy of the older ones, and what that did with each unit's answer."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person
from ravi.core.access import Access
from ravi.core.models import TenantModel
from ravi.network.corrected import Outcome
from ravi.network.models.offer import Adoption
from ravi.network.models.version import Translation, Version
from ravi.publishing.models import Post


class Correction(TenantModel):
    """Headquarters' one action. `asked_at` grows when it is asked for again, which takes up what could not be done before;
    `told_at` is when those who say yes were last told. `pins`: what answers a copy goes to the top of its channel."""

    access = Access(web=("SELECT", "INSERT", "UPDATE"))

    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="correction")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    pins = models.BooleanField(default=False, db_default=False)

    def __str__(self) -> str:
        return f"v{self.version_id}"


class CorrectedAnswer(TenantModel):
    """How one unit's answer comes to say `version`: by `post`, which corrects the answer's own; without one `outcome` says
    what it waits for.

    `parts` are the unit's own words in it, as in its answer; `translation` is the one whose words it says.
    """

    class OutcomeChoice(models.TextChoices):
        MADE = Outcome.MADE, _("A correction was written")
        OWN_WORDS = Outcome.OWN_WORDS, _("The unit writes its correction")
        TRANSLATION = Outcome.TRANSLATION, _("Waits for the translation")
        REFUSED = Outcome.REFUSED, _("Could not be written")
        NOTHING = Outcome.NOTHING, _("Nothing of it stands anywhere")
        SAME = Outcome.SAME, _("Says already what holds")

    access = Access(web=("SELECT", "INSERT", "UPDATE"))

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="corrected_answers")
    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="corrections")
    outcome = models.CharField(max_length=20, choices=OutcomeChoice.choices)
    post = models.OneToOneField(Post, null=True, on_delete=models.PROTECT, related_name="corrected_answer")
    translation = models.ForeignKey(Translation, null=True, on_delete=models.PROTECT, related_name="+")
    parts = models.JSONField(default=dict)
    why = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "adoption"], name="corrected_answer_once"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.MADE, post__isnull=False) | ~Q(outcome=Outcome.MADE) & Q(post=None),
                name="corrected_answer_has_post",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.adoption_id} v{self.version_id} {self.outcome}"
