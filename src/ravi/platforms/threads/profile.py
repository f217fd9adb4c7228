"""Threads' limits; what each page says, word by word, stands in this folder's README."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import Bucket, Limit, Profile, VideoLimits

_READ = date(2026, 11, 26)
_POSTS = "https://developers.facebook.com/documentation/threads/posts"
_PACE = "https://developers.facebook.com/documentation/threads/overview"
_MEDIA = "https://ayrshare.com/docs/media-guidelines/threads"

PROFILES: Mapping[str, Profile] = {
    "threads": Profile(
        kind="threads",
        name_en="Threads",
        name_fa="تردز",
        text_limits=(Limit("threads_chars", 500, "text", _POSTS, _READ),),
        link_field=False,
        title_field=False,
        max_media=20,
        media_types=frozenset({"image/jpeg", "image/png"}),
        max_media_bytes=8_000_000,
        gap_s=5.0,
        bucket=Bucket(rate_per_s=0.0028, burst=50),  # 250 in 24 hours
        source=_PACE,
        read_on=_READ,
        media_source=_MEDIA,
        max_ratio=10,
        video=VideoLimits(
            media_types=frozenset({"video/mp4", "video/quicktime"}),
            max_bytes=1_000_000_000,
            max_s=300,
            maximum=20,
            with_images=True,
            source=_MEDIA,
        ),
        note_en="An emoji counts as its bytes. Only the first hashtag of a post is one.",
        note_fa="هر شکلک به اندازهٔ بایت‌هایش حساب می‌شود. تنها نخستین هشتگ هر پست هشتگ است.",
    )
}
