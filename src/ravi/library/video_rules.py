"""Which files Ravi takes as videos, and whether one is copied into a new MP4 or encoded anew. Pure; the child reads it too."""

from dataclasses import dataclass
from typing import Final

# What a browser may send. What is kept is smaller: 50 MB is what Telegram, Bale, Eitaa and Rubika take.
MAX_BYTES: Final = 100_000_000
KEPT_BYTES: Final = 50_000_000
MAX_S: Final = 600
# 4096 by 2304 and a little: what phones film at most.
MAX_PIXELS: Final = 9_500_000
LONG_SIDE, SHORT_SIDE = 1920, 1080
# What two processors encode while somebody waits: a minute in full size, the rest with 720 lines.
FULL_SIZE_FRAMES: Final = 1_800
MOST_FRAMES: Final = 9_000
MAX_FPS: Final = 60
# An edit list may hide some frames and the sound that a decoder needs first; more than that was cut away by somebody.
HIDDEN_SOUND: Final = 8

VIDEO_CODECS: Final = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "libdav1d", "mpeg4"})
SOUND_CODECS: Final = frozenset(
    {"aac", "mp3", "mp3float", "opus", "vorbis", "ac3", "eac3", "amrnb", "amr_nb", "alac", "pcm_s16le", "pcm_s16be"}
)
PLAIN_PIXELS: Final = frozenset({"yuv420p", "yuvj420p"})


@dataclass(frozen=True)
class Film:
    """What a video says of its picture. `rotation` in degrees; `hidden_frames`: what its edit list leaves out."""

    codec: str
    pixels: str
    width: int
    height: int
    rotation: int
    has_square_pixels: bool
    fps: float
    frames: int
    hidden_frames: int


def container(head: bytes) -> str | None:
    """The demuxer for these first 16 bytes: "mov" (MP4, MOV) or "matroska" (WebM); None for everything else."""
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide"}:
        # HEIC and AVIF photos stand in the same boxes.
        return None if head[8:12] in {b"heic", b"heix", b"mif1", b"avif", b"avis", b"msf1", b"M4A "} else "mov"
    return "matroska" if head[:4] == b"\x1aE\xdf\xa3" else None


def may_copy_picture(film: Film, size_bytes: int) -> bool:
    """Whether the picture goes into the new file as it is: H.264 in 8 bits and 4:2:0, of a size that platforms take."""
    return (
        film.codec == "h264"
        and film.pixels in PLAIN_PIXELS
        and max(film.width, film.height) <= LONG_SIDE
        and min(film.width, film.height) <= SHORT_SIDE
        and film.width % 2 == film.height % 2 == 0
        and film.rotation % 90 == 0
        and film.has_square_pixels
        and film.fps <= MAX_FPS
        and not film.hidden_frames
        and size_bytes <= KEPT_BYTES
    )


def may_copy_sound(codec: str, channels: int, hidden_packets: int) -> bool:
    """AAC in mono or stereo goes as it is."""
    return codec == "aac" and channels <= 2 and hidden_packets <= HIDDEN_SOUND


def drawn_size(width: int, height: int, frames: int) -> tuple[int, int]:
    """The upright size in which a picture is encoded anew: within 1920 by 1080 either way, both sides even; within 1280
    by 720 where there are many."""
    long, short = max(width, height), min(width, height)
    share = min(1.0, LONG_SIDE / long, SHORT_SIDE / short)
    if frames > FULL_SIZE_FRAMES:
        share = min(share, 1280 / long, 720 / short)
    return max(2, int(width * share) // 2 * 2), max(2, int(height * share) // 2 * 2)


def most_bits_per_s(duration_s: float) -> int:
    """The picture's rate under which the new file stays well below KEPT_BYTES, with its sound."""
    whole = KEPT_BYTES * 8 * 0.9 / max(duration_s, 1.0)
    return int(min(6_000_000, max(200_000, whole - 140_000)))


def looks_like_something(mean: float, spread: float) -> bool:
    """Whether a frame's brightness (0 to 255) makes it a picture that people would choose: neither black nor blank."""
    return 24 <= mean <= 235 and spread >= 12


def suggested_moments(duration_s: float) -> tuple[float, ...]:
    """Where a picture is looked for, the likeliest first; seconds."""
    return tuple(round(duration_s * share, 3) for share in (0.1, 0.25, 0.4, 0.6, 0.8, 0.03, 0.0))
