"""Instagram's limits; what each page says, word by word, stands in this folder's README."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import Bucket, Limit, Profile, VideoLimits

_READ = date(2026, 11, 26)
_CAPTION = "https://docs.upload-post.com/resources/character-limits/"
_IMAGES = "https://developers.facebook.com/docs/instagram-api/reference/ig-user/media"
_VIDEOS = "https://www.ayrshare.com/docs/media-guidelines/instagram"

PROFILES: Mapping[str, Profile] = {
    "instagram": Profile(
        kind="instagram",
        name_en="Instagram",
        name_fa="اینستاگرام",
        text_limits=(Limit("telegram_utf16", 2200, "text", _CAPTION, _READ),),
        link_field=False,
        title_field=False,
        max_media=10,
        min_media=1,
        media_types=frozenset({"image/jpeg"}),
        max_media_bytes=8_000_000,
        gap_s=60.0,
        bucket=Bucket(rate_per_s=0.0005, burst=25),  # people do it; what a day takes differs from page to page
        source=_CAPTION,
        read_on=_READ,
        media_source=_IMAGES,
        min_width_to_height=4 / 5,
        max_width_to_height=1.91,
        max_hashtags=5,
        video=VideoLimits(
            media_types=frozenset({"video/mp4", "video/quicktime"}),
            max_bytes=300_000_000,
            max_s=15 * 60,
            min_s=3,
            source=_VIDEOS,
        ),
        note_en="No post without an image or a video. An address in a caption cannot be pressed.",
        note_fa="پست بدون تصویر یا ویدئو ندارد. نشانی‌ای که در متن بیاید فشردنی نیست.",
    )
}
