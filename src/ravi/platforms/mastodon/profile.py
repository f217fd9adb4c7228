"""Mastodon's limits where a server has set none of its own; what each page says stands in this folder's README."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import Bucket, Limit, Profile, VideoLimits

_READ = date(2026, 11, 26)
_POSTING = "https://docs.joinmastodon.org/user/posting/"
_RATES = "https://docs.joinmastodon.org/api/rate-limits/"
_INSTANCE = "https://docs.joinmastodon.org/entities/Instance/"
_MIB = 1024 * 1024

PROFILES: Mapping[str, Profile] = {
    "mastodon": Profile(
        kind="mastodon",
        name_en="Mastodon",
        name_fa="ماستودون",
        text_limits=(Limit("mastodon_chars", 500, "text", _POSTING, _READ),),
        link_field=False,
        title_field=False,
        max_media=4,
        media_types=frozenset({"image/jpeg", "image/png", "image/webp"}),  # a GIF becomes a film there
        media_is_cautious=True,
        max_media_bytes=16 * _MIB,
        gap_s=1.0,
        bucket=Bucket(rate_per_s=0.0249, burst=30),  # 300 posts of an account in three hours
        source=_RATES,
        read_on=_READ,
        media_source=_POSTING,
        video=VideoLimits(
            media_types=frozenset({"video/mp4", "video/webm", "video/quicktime"}),
            max_bytes=99 * _MIB,
            source=_INSTANCE,
        ),
        counts=frozenset({"reactions", "shares", "replies"}),
        edit_media="any",
        answers=True,
        note_en="500 is the default; a server may set its own. Thirty removals in half an hour.",
        note_fa="۵۰۰ پیش‌فرض است؛ هر سرور می‌تواند سقف خودش را داشته باشد. در نیم ساعت سی حذف.",
    )
}
