"""WordPress's limits: the core has none for text; sizes and pace are our own cautious choices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import OWN_CHOICE, Bucket, Profile, VideoLimits

PROFILES: Mapping[str, Profile] = {
    "wordpress": Profile(
        kind="wordpress",
        name_en="WordPress",
        name_fa="وبگاه",
        text_limits=(),
        link_field=False,
        title_field=True,
        max_media=20,
        media_types=frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"}),
        max_media_bytes=20 * 1024 * 1024,
        gap_s=1.0,
        bucket=Bucket(rate_per_s=5.0, burst=10),
        source="https://developer.wordpress.org/rest-api/reference/posts/",
        read_on=date(2026, 11, 25),
        video=VideoLimits(
            media_types=frozenset({"video/mp4", "video/webm"}),
            max_bytes=64 * 1024 * 1024,
            source=OWN_CHOICE,
            maximum=2,
            with_images=True,
        ),
        marks=frozenset({"bold", "quote", "link"}),
        edit_media="any",
        note_en="A host may set a smaller upload size.",
        note_fa="میزبان می‌تواند سقف کوچک‌تری برای تصویر و ویدیو گذاشته باشد.",
    )
}
