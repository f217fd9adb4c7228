"""YouTube's limits; what each page says, word by word, stands in this folder's README."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import Bucket, Limit, Profile, VideoLimits

_READ = date(2026, 11, 26)
_TEXTS = "https://developers.google.com/youtube/v3/docs/videos"
_FILES = "https://docs.zernio.com/platforms/youtube"

PROFILES: Mapping[str, Profile] = {
    "youtube": Profile(
        kind="youtube",
        name_en="YouTube",
        name_fa="یوتیوب",
        text_limits=(
            Limit("telegram_utf16", 100, "title", _TEXTS, _READ),
            Limit("utf8_bytes", 5000, "text", _TEXTS, _READ),
        ),
        link_field=False,
        title_field=True,
        max_media=1,
        min_media=1,
        media_types=frozenset(),
        max_media_bytes=0,
        gap_s=60.0,
        bucket=Bucket(rate_per_s=0.001, burst=5),
        source=_TEXTS,
        read_on=_READ,
        media_source=_FILES,
        shows_alt_text=False,
        forbidden_signs="<>",
        video=VideoLimits(
            media_types=frozenset({"video/mp4", "video/quicktime", "video/webm"}),
            max_bytes=256_000_000_000,
            max_s=12 * 3600,
            source=_FILES,
        ),
        note_en="One video a post, nothing else. A channel that was not verified stops at 15 minutes.",
        note_fa="هر پست یک ویدئو، و جز آن هیچ. کانال تأییدنشده بیش از ۱۵ دقیقه نمی‌گیرد.",
    )
}
