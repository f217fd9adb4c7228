"""Which files Ravi takes as images, by their first bytes and their size. Pure; the re-encoder reads it too."""

from enum import StrEnum
from typing import Final

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
# What is kept is the source of everything that platforms get (library.fitting): as good as eyes can tell, and no larger.
KEPT_SIDE: Final = 2560
# Each step: long side in pixels, JPEG quality; down until the image has no more bytes than wished.
STEPS: Final = ((KEPT_SIDE, 92), (KEPT_SIDE, 88), (KEPT_SIDE, 82), (2048, 82))
WISHED_BYTES: Final = 4_000_000
# From this quality on colours are kept at full sharpness: red letters on a poster stay letters.
SHARP_COLOURS_FROM: Final = 88


# So many published copies are named on one page; the others are counted.
LONGEST_LIST: Final = 12
LONGEST_REASON: Final = 300


class EraseReason(StrEnum):
    """Why bytes are erased."""

    CONSENT = "consent"
    MISTAKE = "mistake"
    OTHER = "other"


class Making(StrEnum):
    """How an image or video came into the library."""

    UPLOAD = "upload"
    CARD = "card"
    STAMPED = "stamped"


def image_format(head: bytes) -> str | None:
    """JPEG, PNG, WEBP or GIF by the first 16 bytes; None for everything else, whatever its name says."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    return "GIF" if head[:6] in {b"GIF87a", b"GIF89a"} else None


def needs_consent(shows_people: bool, consent_reference: str) -> bool:
    """Whether the word of the people in the image is missing."""
    return shows_people and not consent_reference.strip()
