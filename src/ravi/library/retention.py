"""How long pictures stay."""

from ravi.core.retention import stays

stays("library_media", "alt text, consent reference", "shows what was published, and with whose consent")
stays("library_rendition", "nothing", "goes with its image")
