"""A version of a message's words with its facts, its translations, and the expert's yes to it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person
from ravi.core.access import APPEND, Access
from ravi.core.models import TenantModel
from ravi.network.facts.kinds import LANGUAGES, FactKind
from ravi.network.models.message import Message


class Version(TenantModel):
    """Words in the source form of `text.markup`, with references to facts in braces. Once issued, nothing changes.

    `variants` maps a length class or a platform to other words, `sources` are objects of title, link, date (ISO) and
    reviewer. `revision` grows with every change of the draft; `content_hash` is the SHA-256 of all of it (draft.content).
    """

    access = Access(web=("SELECT", "INSERT", "UPDATE"))

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    lang = models.CharField(max_length=12, default="fa")
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    variants = models.JSONField(default=dict)
    key_messages = models.JSONField(default=list)
    sources = models.JSONField(default=list)
    what_changed = models.TextField(blank=True)
    valid_until = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("message", "number")
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["message"], condition=Q(issued_at=None), name="version_one_draft"),
            models.CheckConstraint(
                condition=Q(issued_at=None, issued_by=None) | Q(issued_at__isnull=False, issued_by__isnull=False),
                name="version_issued_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} v{self.number}"


class Fact(TenantModel):
    """A typed fact of a version; `value` is what its kind asks (facts.values). A required one may not be dropped."""

    class KindChoice(models.TextChoices):
        DOSE = FactKind.DOSE, _("Dose")
        AGE = FactKind.AGE, _("Age")
        DATE = FactKind.DATE, _("Date")
        TIME = FactKind.TIME, _("Time of day")
        PLACE = FactKind.PLACE, _("Place")
        PHONE = FactKind.PHONE, _("Phone")
        LINK = FactKind.LINK, _("Link")
        COUNT = FactKind.COUNT, _("Number")

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="facts")
    name = models.CharField(max_length=40)
    label = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=10, choices=KindChoice.choices)
    value = models.JSONField()
    is_required = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="fact_name_once")]

    def __str__(self) -> str:
        return self.name


class Endorsement(TenantModel):
    """A health expert's yes to one revision of a version; a later change of the words leaves it behind."""

    access = Access(web=APPEND)

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="endorsements")
    revision = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "revision"], name="endorsement_once")]

    def __str__(self) -> str:
        return self.content_hash


class Translation(TenantModel):
    """An issued version in another language; out of date as soon as the message has a newer one."""

    class Language(models.TextChoices):
        AZERBAIJANI = "azb", _("Azerbaijani, Arabic script")
        AZERBAIJANI_LATIN = "az", _("Azerbaijani, Latin script")
        KURDISH = "ku", _("Kurdish")
        ARABIC = "ar", _("Arabic")
        ENGLISH = "en", _("English")

    access = Access(web=("SELECT", "INSERT", "UPDATE"))

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="translations")
    lang = models.CharField(max_length=12, choices=Language.choices)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    variants = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "lang"], name="translation_once"),
            models.CheckConstraint(condition=Q(lang__in=LANGUAGES), name="translation_known_language"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.lang}"


class TranslationYes(TenantModel):
    """The yes of a health expert who reads the language, to one revision of a translation."""

    access = Access(web=APPEND)

    translation = models.ForeignKey(Translation, on_delete=models.PROTECT, related_name="yeses")
    revision = models.PositiveIntegerField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["translation", "revision"], name="translation_yes_once")]

    def __str__(self) -> str:
        return f"{self.translation_id} r{self.revision}"


class Review(TenantModel):
    """On which day an issued version's health words are looked at again; `done_at` ends it, and the next one may follow."""

    access = Access(web=("SELECT", "INSERT", "UPDATE"))

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="reviews")
    due_on = models.DateField()
    told_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version"], condition=Q(done_at=None), name="review_open_once"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="review_done_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(done_at=None), name="review_due")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.due_on}"
