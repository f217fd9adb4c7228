"""X's limits; what each page says, word by word, stands in this folder's README."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import Bucket, Limit, Profile, VideoLimits

_READ = date(2026, 11, 26)
_TEXT = "https://docs.x.com/fundamentals/counting-characters"
_MEDIA = "https://docs.x.com/x-api/media/quickstart/best-practices"
_PACE = "https://docs.x.com/x-api/fundamentals/rate-limits"

PROFILES: Mapping[str, Profile] = {
    "x": Profile(
        kind="x",
        name_en="X",
        name_fa="ایکس",
        text_limits=(Limit("x_weighted", 280, "text", _TEXT, _READ),),
        link_field=False,
        title_field=False,
        max_media=4,
        media_types=frozenset({"image/jpeg", "image/png", "image/webp"}),
        max_media_bytes=5_000_000,
        gap_s=2.0,
        bucket=Bucket(rate_per_s=0.1, burst=10),  # a hundred in a quarter of an hour
        source=_PACE,
        read_on=_READ,
        media_is_cautious=True,
        media_source=_MEDIA,
        video=VideoLimits(
            media_types=frozenset({"video/mp4", "video/quicktime"}),
            max_bytes=512_000_000,
            max_s=140,
            min_s=0.5,
            source=_MEDIA,
        ),
        counts=frozenset({"views", "reactions", "shares", "replies"}),
        answers=True,
        note_en="An address counts 23, an emoji 2. Accounts that pay may write more; Ravi keeps to what everybody may.",
        note_fa="هر نشانی ۲۳ و هر شکلک ۲ حساب می‌شود. حساب‌های پولی بلندتر هم می‌نویسند؛ راوی در حد همگان می‌ماند.",
    )
}
