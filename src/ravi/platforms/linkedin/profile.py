"""LinkedIn's limits for an organisation's page; what each page says, word by word, stands in this folder's README."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import Bucket, Limit, Profile, VideoLimits

_READ = date(2026, 11, 26)
_TEXT = "https://www.ayrshare.com/docs/apis/post/social-networks/linkedin"
_IMAGES = "https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/multiimage-post-api"
_FILES = "https://www.ayrshare.com/docs/media-guidelines/linkedin"

PROFILES: Mapping[str, Profile] = {
    "linkedin": Profile(
        kind="linkedin",
        name_en="LinkedIn",
        name_fa="لینکدین",
        text_limits=(Limit("telegram_utf16", 3000, "text", _TEXT, _READ),),
        link_field=False,
        title_field=False,
        max_media=20,
        media_types=frozenset({"image/jpeg", "image/png"}),
        max_media_bytes=5_000_000,
        gap_s=10.0,
        bucket=Bucket(rate_per_s=0.0017, burst=15),  # 150 a day
        source=_TEXT,
        read_on=_READ,
        media_source=_IMAGES,
        video=VideoLimits(
            media_types=frozenset({"video/mp4"}),
            max_bytes=500_000_000,
            max_s=30 * 60,
            min_s=3,
            source=_FILES,
        ),
        note_en="A post takes images or one video, not both.",
        note_fa="یک پست یا تصویر می‌گیرد یا یک ویدئو، نه هر دو.",
    )
}
