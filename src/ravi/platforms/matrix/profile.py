"""Matrix' limits; what each page says, word by word, stands in this folder's README."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import OWN_CHOICE, Bucket, Limit, Profile, VideoLimits

_READ = date(2026, 11, 26)
_PACE = "https://github.com/element-hq/synapse/blob/develop/synapse/config/ratelimiting.py"
_FILES = "https://github.com/element-hq/synapse/blob/develop/synapse/config/repository.py"
# An event is 65,536 bytes at most; a correction holds the words twice as they are and once as HTML.
TEXT_BYTES = 12_000
_FILE_BYTES = 50 * 1024 * 1024

PROFILES: Mapping[str, Profile] = {
    "matrix": Profile(
        kind="matrix",
        name_en="Matrix",
        name_fa="ماتریکس",
        text_limits=(Limit("utf8_bytes", TEXT_BYTES, "text", OWN_CHOICE, _READ),),
        link_field=False,
        title_field=False,
        max_media=4,
        media_types=frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"}),
        media_is_cautious=True,  # it takes whatever calls itself an image
        max_media_bytes=_FILE_BYTES,
        gap_s=1.0,
        bucket=Bucket(rate_per_s=0.2, burst=10),
        source=_PACE,
        read_on=_READ,
        media_source=_FILES,
        video=VideoLimits(
            media_types=frozenset({"video/mp4", "video/webm"}),
            max_bytes=_FILE_BYTES,
            source=_FILES,
            maximum=4,
            with_images=True,
        ),
        marks=frozenset({"bold", "quote", "link"}),
        edit_media="one_for_one",
        answers=True,
        note_en="Each homeserver has a pace and a size of its own; a room that is encrypted is no public channel.",
        note_fa="هر سرور ماتریکس سرعت و اندازهٔ خودش را دارد؛ اتاق رمزنگاری‌شده کانال عمومی نیست.",
    )
}
