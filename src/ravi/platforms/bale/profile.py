"""Bale's limits; what each source says, and how it was read, stands in this folder's README."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import OWN_CHOICE, Bucket, Limit, Profile, VideoLimits

_READ = date(2026, 11, 26)
_DOCS = "https://docs.bale.ai/"

PROFILES: Mapping[str, Profile] = {
    "bale": Profile(
        kind="bale",
        name_en="Bale",
        name_fa="بله",
        # "Characters", and not which: UTF-16 units are never fewer than code points. For the caption of a single image the
        # readers of that page differ, 1,024 or 4,096; in an album it is 1,024.
        text_limits=(
            Limit("telegram_utf16", 4096, "text", _DOCS, _READ, is_cautious=True),
            Limit("telegram_utf16", 1024, "caption", _DOCS, _READ, is_cautious=True),
        ),
        link_field=False,
        title_field=False,
        max_media=10,
        media_types=frozenset({"image/jpeg", "image/png", "image/webp"}),
        max_media_bytes=10_000_000,
        gap_s=3.0,
        bucket=Bucket(rate_per_s=10.0, burst=10),
        source=OWN_CHOICE,
        read_on=_READ,
        media_source=_DOCS,
        shows_alt_text=False,
        max_ratio=20,
        video=VideoLimits(frozenset({"video/mp4"}), 50_000_000, _DOCS, maximum=10, with_images=True),
        reads_markup=True,
        delete_within_s=48 * 3600.0,
        answers=True,
        note_en="Bale shows * and _ around words as formatting, so such words do not go out. It has no alternative text, and "
        "publishes no rate.",
        note_fa="بله * و _ دور کلمه‌ها را قالب‌بندی می‌خواند و چنین متنی فرستاده نمی‌شود. متن جایگزین ندارد و برای سرعت ارسال عددی "
        "اعلام نکرده است.",
    )
}
