"""What the contract publishes: a hard Persian text, a true small image, a text of exactly a limit's length."""

from __future__ import annotations

import hashlib
import struct
import zlib

from ravi.platforms.contract import Limit, MediaItem

PERSIAN = (
    "خانه‌های بهداشت می‌گویند: «واکسن رایگان است»؛ ۸ تا ۱۹ آذر ۱۴۰۵ 👩🏽‍⚕️❤️\n\n"
    'نشانی: مهرگان، کوچهٔ ۳ & <بخش> "الف" — 041-5550 1234\n'
    "https://example.org/a?b=1&c=2"
)


def png(width: int = 2, height: int = 2) -> bytes:
    """A small true PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x25\x41\x8c" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def image(alt_text: str) -> MediaItem:
    content = png()
    return MediaItem(hashlib.sha256(content).hexdigest(), "image/png", alt_text, content, 2, 2, len(content))


def at_the_brim(limit: Limit, *, over: int = 0) -> str:
    """A text of exactly the limit, or `over` it; for bytes one letter with many marks, which is one grapheme."""
    if limit.unit == "utf8_bytes":
        return "ب" + "\u064e" * (limit.maximum // 2 - 1 + over)
    return "ب" * (limit.maximum + over)
