"""Rubika's limits; what each source says stands in this folder's README."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import OWN_CHOICE, Bucket, Limit, Profile, VideoLimits

_READ = date(2026, 11, 26)
_METHODS = "https://rubika.ir/botapi/methods"
_MODELS = "https://rubika.ir/botapi/models"

PROFILES: Mapping[str, Profile] = {
    "rubika": Profile(
        kind="rubika",
        name_en="Rubika",
        name_fa="روبیکا",
        text_limits=(
            Limit("telegram_utf16", 4096, "text", OWN_CHOICE, _READ),
            Limit("telegram_utf16", 1024, "caption", OWN_CHOICE, _READ),
        ),
        link_field=False,
        title_field=False,
        max_media=1,  # one file a message, and no album
        media_types=frozenset({"image/jpeg", "image/png", "image/webp"}),
        max_media_bytes=10_000_000,
        gap_s=3.0,
        bucket=Bucket(rate_per_s=1.0, burst=10),
        source=_METHODS,
        read_on=_READ,
        media_source=_MODELS,
        media_is_cautious=True,  # any file is taken there; more kinds and sizes than its page names were not refused
        shows_alt_text=False,
        video=VideoLimits(media_types=frozenset({"video/mp4"}), max_bytes=50_000_000, source=_MODELS),
        # Sources differ on whether the words of an image, and changed words, keep formatting: a quotation that loses its
        # bounds, or a link that loses its address, would harm; bold words that become plain do not.
        marks=frozenset({"bold"}),
        answers=True,
        note_en="Rubika documents no length; 4,096 and 1,024 are our own cautious choice. The image of a post cannot be changed.",
        note_fa="روبیکا سقفی برای متن اعلام نکرده است؛ ۴٬۰۹۶ و ۱٬۰۲۴ انتخاب محتاطانهٔ ماست. تصویر یک پیام عوض‌شدنی نیست.",
    )
}
