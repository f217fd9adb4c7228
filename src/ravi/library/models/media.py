"""Images and videos that posts may use: bytes in core.blob, and here what a person said about them."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person, Unit
from ravi.core import calendar
from ravi.core.access import Access
from ravi.core.models import TenantModel
from ravi.library.rules import EraseReason, Making
from ravi.text.tokens import token_line

ERASE_REASONS = {
    EraseReason.CONSENT: _("consent was withdrawn"),
    EraseReason.MISTAKE: _("shown by mistake"),
}
# What may change of one that is kept: its words, a video's picture and captions, and that its bytes are gone, with which
# the file's name and a card's words go too.
_CHANGING = (
    "alt_text, search_key, shows_people, consent_reference, thumbnail_sha256, captions_sha256, captions_lang, earlier, "
    "recipe, original_name, erased_at, erased_by_id, erase_reason"
)


def reason_words(reason: str) -> str:
    """What people read of a kept reason: its kind's words, or what somebody wrote."""
    return next((str(words) for code, words in ERASE_REASONS.items() if code == reason), reason)


class Media(TenantModel):
    """One image or video of a unit, made anew from what was uploaded; `sha256` names its bytes in core.blob.

    `thumbnail_sha256` (JPEG) and `captions_sha256` (WebVTT, in `captions_lang`) are a video's. `earlier` names
    those that stood there before, one a line: frozen copies may carry them. `made_from` is the image under a watermark;
    `recipe` what a text card was drawn from. Once `erased_at` is set, its bytes are gone.
    """

    class MadeAs(models.TextChoices):
        UPLOAD = Making.UPLOAD, _("Uploaded")
        CARD = Making.CARD, _("Text card")
        STAMPED = Making.STAMPED, _("With a watermark")

    access = Access(web=("SELECT", "INSERT", f"UPDATE ({_CHANGING})"))

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.BigIntegerField()
    duration_ms = models.PositiveIntegerField(null=True)
    thumbnail_sha256 = models.CharField(max_length=64, blank=True)
    captions_sha256 = models.CharField(max_length=64, blank=True)
    captions_lang = models.CharField(max_length=12, blank=True)
    earlier = models.TextField(blank=True, default="", db_default="")
    original_name = models.CharField(max_length=200)
    alt_text = models.CharField(max_length=1_000)
    search_key = models.TextField(default=" ")
    shows_people = models.BooleanField()
    consent_reference = models.CharField(max_length=200, blank=True)
    made_as = models.CharField(max_length=10, choices=MadeAs.choices, default=Making.UPLOAD)
    made_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="made_into")
    recipe = models.JSONField(default=dict)
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    erased_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    erase_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-added_at", "-id")
        constraints = [
            models.CheckConstraint(condition=~Q(alt_text=""), name="media_has_alt_text"),
            models.CheckConstraint(
                condition=Q(shows_people=False) | ~Q(consent_reference=""), name="media_people_consented"
            ),
            models.CheckConstraint(
                condition=Q(media_type__startswith="image/", duration_ms=None, captions_sha256="")
                | Q(media_type__startswith="video/", duration_ms__isnull=False) & ~Q(thumbnail_sha256=""),
                name="media_video_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(erased_by__isnull=False) & ~Q(erase_reason=""),
                name="media_erased_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "sha256"], name="media_sha256"),
            models.Index(fields=["institution", "unit", "-added_at"], name="media_of_unit"),
        ]

    def __str__(self) -> str:
        return self.alt_text

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Whoever writes the words, what is found by them follows."""
        self.search_key = token_line(self.alt_text)
        if kwargs.get("update_fields") and "alt_text" in kwargs["update_fields"]:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_key"}
        super().save(*args, **kwargs)

    @property
    def gone(self) -> str:
        """Since when and why its bytes are gone, as a sentence in its place; "" while they are there."""
        if self.erased_at is None:
            return ""
        return str(_("Erased on %(day)s: %(reason)s")) % {
            "day": calendar.day(self.erased_at),
            "reason": reason_words(self.erase_reason),
        }

    @property
    def is_video(self) -> bool:
        return self.media_type.startswith("video/")
