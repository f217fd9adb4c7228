"""An image as one kind of platform takes it: drawn once from the kept one, by a recipe."""

from django.db import models

from ravi.core.access import Access
from ravi.core.models import TenantModel
from ravi.library.models.media import Media


class Rendition(TenantModel):
    """What `recipe` (format, sides, most bytes, shape) made of an image; its bytes stand in core.blob under `sha256`."""

    access = Access(web=("SELECT", "INSERT", "DELETE"))

    media = models.ForeignKey(Media, on_delete=models.PROTECT, related_name="renditions")
    recipe = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["media", "recipe"], name="rendition_once")]
        indexes = [models.Index(fields=["institution", "sha256"], name="rendition_sha256")]

    def __str__(self) -> str:
        return f"{self.media_id} {self.recipe}"
