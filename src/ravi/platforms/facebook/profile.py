"""Facebook's limits for a Page; what each page says, word by word, stands in this folder's README."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import OWN_CHOICE, Bucket, Limit, Profile, VideoLimits

_READ = date(2026, 11, 26)
_TEXT = "https://docs.upload-post.com/resources/character-limits/"
_PHOTOS = "https://developers.facebook.com/docs/graph-api/photo-uploads/"
_VIDEOS = "https://docs.getlate.dev/resources/media-guidelines/facebook"

PROFILES: Mapping[str, Profile] = {
    "facebook": Profile(
        kind="facebook",
        name_en="Facebook",
        name_fa="فیسبوک",
        text_limits=(Limit("telegram_utf16", 63_206, "text", _TEXT, _READ, is_cautious=True),),
        link_field=False,
        title_field=False,
        max_media=10,
        media_types=frozenset({"image/jpeg", "image/png"}),
        max_media_bytes=4_000_000,
        gap_s=5.0,
        bucket=Bucket(rate_per_s=0.5, burst=5),
        source=OWN_CHOICE,
        read_on=_READ,
        media_source=_PHOTOS,
        media_is_cautious=True,  # "4 MB", and not which
        video=VideoLimits(
            media_types=frozenset({"video/mp4", "video/quicktime"}),
            max_bytes=4_000_000_000,
            max_s=240 * 60,
            min_s=1,
            source=_VIDEOS,
        ),
        counts=frozenset({"reactions", "replies"}),
        note_en="A post takes images or one video, not both.",
        note_fa="یک پست یا تصویر می‌گیرد یا یک ویدئو، نه هر دو.",
    )
}
