"""Aparat's limits: no page with numbers could be read, so each is our own cautious choice; see this folder's README."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import OWN_CHOICE, Bucket, Limit, Profile, VideoLimits

_READ = date(2026, 11, 26)

PROFILES: Mapping[str, Profile] = {
    "aparat": Profile(
        kind="aparat",
        name_en="Aparat",
        name_fa="آپارات",
        text_limits=(
            Limit("telegram_utf16", 100, "title", OWN_CHOICE, _READ),
            Limit("telegram_utf16", 1000, "text", OWN_CHOICE, _READ),
        ),
        link_field=False,
        title_field=True,
        max_media=1,
        min_media=1,
        media_types=frozenset(),
        max_media_bytes=0,
        gap_s=60.0,
        bucket=Bucket(rate_per_s=0.001, burst=5),
        source=OWN_CHOICE,
        read_on=_READ,
        shows_alt_text=False,
        video=VideoLimits(
            media_types=frozenset({"video/mp4"}),
            max_bytes=1_000_000_000,
            max_s=2 * 3600,
            source=OWN_CHOICE,
        ),
        note_en="One video a post, nothing else. Aparat's numbers could not be read: the limits are our own choice.",
        note_fa="هر پست یک ویدئو، و جز آن هیچ. عددهای آپارات در دسترس نبود؛ این سقف‌ها انتخاب محتاطانهٔ ماست.",
    )
}
