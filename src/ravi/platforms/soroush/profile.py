"""Soroush Plus' limits; what each source says, and how it was read, stands in this folder's README."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import OWN_CHOICE, Bucket, Limit, Profile, VideoLimits

_READ = date(2026, 11, 26)
_PLUSTIK = "https://github.com/daradege/plustik"

PROFILES: Mapping[str, Profile] = {
    "soroush": Profile(
        kind="soroush",
        name_en="Soroush Plus",
        name_fa="سروش پلاس",
        # "Characters", and not which: UTF-16 units are never fewer than code points.
        text_limits=(
            Limit("telegram_utf16", 4096, "text", _PLUSTIK, _READ, is_cautious=True),
            Limit("telegram_utf16", 1024, "caption", _PLUSTIK, _READ, is_cautious=True),
        ),
        link_field=False,
        title_field=False,
        max_media=10,
        media_types=frozenset({"image/jpeg", "image/png", "image/webp"}),
        max_media_bytes=5_000_000,
        gap_s=3.0,
        bucket=Bucket(rate_per_s=5.0, burst=5),
        source=OWN_CHOICE,
        read_on=_READ,
        media_source=OWN_CHOICE,
        shows_alt_text=False,
        max_ratio=20,
        video=VideoLimits(frozenset({"video/mp4"}), 20_000_000, OWN_CHOICE, maximum=10, with_images=True),
        marks=frozenset({"bold", "quote", "link"}),
        answers=True,
        note_en="Soroush Plus names neither a rate nor a size of files: what we hold is our own cautious choice. It has no "
        "alternative text.",
        note_fa="سروش پلاس نه سرعت ارسال را اعلام کرده است و نه اندازهٔ فایل را؛ آنچه نگه می‌داریم انتخاب محتاطانهٔ ماست. "
        "متن جایگزین ندارد.",
    )
}
