"""Bytes by their SHA-256, in the same database as everything else."""

import hashlib
from collections.abc import Collection

from django.db.models import BinaryField, Func, Value

from ravi.core import clock
from ravi.core.models import Blob


def put(institution_id: int, content: bytes, media_type: str) -> str:
    """Keep `content` and return its hex SHA-256; the same bytes are kept once.

    Whoever removes them, or brings them too, waits until this transaction ends: name them in it.
    """
    digest = hashlib.sha256(content).hexdigest()
    Blob.objects.bulk_create(
        [
            Blob(
                institution_id=institution_id,
                sha256=digest,
                media_type=media_type,
                size_bytes=len(content),
                content=content,
                stored_at=clock.now(),
            )
        ],
        update_conflicts=True,
        unique_fields=["institution", "sha256"],
        update_fields=["stored_at"],
    )
    return digest


def sizes(institution_id: int, hashes: Collection[str]) -> dict[str, int]:
    """Bytes by hash, of those that are kept. One query; none for no hashes."""
    if not hashes:
        return {}
    kept = Blob.objects.filter(institution_id=institution_id, sha256__in=hashes)
    return dict(kept.values_list("sha256", "size_bytes"))


def get(institution_id: int, sha256: str) -> bytes:
    """The bytes of that name. Raises Blob.DoesNotExist."""
    return bytes(Blob.objects.only("content").get(institution_id=institution_id, sha256=sha256).content)


def find(institution_id: int, sha256: str) -> tuple[bytes, str] | None:
    """The bytes of that name and their media type; None where they are not kept."""
    found = (
        Blob.objects.filter(institution_id=institution_id, sha256=sha256).values_list("content", "media_type").first()
    )
    return (bytes(found[0]), found[1]) if found else None


def part(institution_id: int, sha256: str, start: int, length: int) -> bytes:
    """`length` bytes from `start` on; PostgreSQL reads no others. b"" for what is not kept."""
    kept = Blob.objects.filter(institution_id=institution_id, sha256=sha256)
    cut = Func("content", Value(start + 1), Value(length), function="substring", output_field=BinaryField())
    found = kept.annotate(cut=cut).values_list("cut", flat=True).first()
    return bytes(found) if found is not None else b""
