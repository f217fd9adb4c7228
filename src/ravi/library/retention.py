"""How long pictures stay."""

from ravi.core.blob_names import names_bytes
from ravi.core.retention import stays

stays(
    "library_media", "alt text, consent reference, the file's name", "shows what was published, and with whose consent"
)
stays("library_rendition", "nothing", "goes with its image")

names_bytes("library_media", "sha256", "thumbnail_sha256", "captions_sha256", unless="t.erased_at is not null")
names_bytes(
    "library_rendition",
    "sha256",
    unless="exists (select 1 from library_media m where m.id = t.media_id and m.erased_at is not null)",
)
