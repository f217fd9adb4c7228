"""The shape of a tenant's row, the audit chain and the blob store."""

from django.db import models

from ravi.core.access import APPEND, Access


class TenantModel(models.Model):
    """A row that belongs to one institution; row-level security hides it from all others."""

    access = Access()

    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class AuditEntry(TenantModel):
    """One link of a chain: hash = SHA-256 of "previous hash:seq:body". Written by core_audit_append only."""

    access = Access(web=APPEND, engine=APPEND)

    seq = models.BigIntegerField()
    body = models.TextField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    verb = models.CharField(max_length=80)
    by_id = models.BigIntegerField(null=True)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=80)

    class Meta:
        db_table = "core_audit_entry"
        constraints = [models.UniqueConstraint(fields=["institution", "seq"], name="audit_one_seq")]
        indexes = [
            models.Index(fields=["institution", "subject_type", "subject_id"], name="audit_subject"),
            models.Index(fields=["institution", "subject_type", "seq"], name="audit_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb}"


class Blob(TenantModel):
    """Bytes named by their SHA-256; the same bytes stand once per institution."""

    access = Access(web=("SELECT", "INSERT", "UPDATE (stored_at)", "DELETE"), engine=("SELECT",))

    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    content = models.BinaryField()
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "core_blob"
        constraints = [models.UniqueConstraint(fields=["institution", "sha256"], name="blob_once")]

    def __str__(self) -> str:
        return self.sha256


class Pulse(models.Model):
    """One process of this Ravi: when it last did its work, and its figures (core.measure)."""

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    seen_at = models.DateTimeField()
    figures = models.JSONField(default=dict)

    class Meta:
        db_table = "core_pulse"
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="pulse_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
