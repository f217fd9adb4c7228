"""Telegram's limits; what each page says, word by word, stands in this folder's README."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import Bucket, Limit, Profile, VideoLimits

_READ = date(2026, 11, 25)
_TEXT = "https://core.telegram.org/bots/api#sendmessage"
_PHOTO = "https://core.telegram.org/bots/api#sendphoto"
_VIDEO = "https://core.telegram.org/bots/api#sendvideo"
_PACE = "https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"

PROFILES: Mapping[str, Profile] = {
    "telegram": Profile(
        kind="telegram",
        name_en="Telegram",
        name_fa="تلگرام",
        # The page counts "characters", Telegram's own library code points; UTF-16 units are never fewer than either.
        text_limits=(
            Limit("telegram_utf16", 4096, "text", _TEXT, _READ, is_cautious=True),
            Limit("telegram_utf16", 1024, "caption", _TEXT, _READ, is_cautious=True),
        ),
        link_field=False,
        title_field=False,
        max_media=10,
        media_types=frozenset({"image/jpeg", "image/png", "image/webp"}),
        max_media_bytes=10_000_000,
        gap_s=3.0,  # twenty a minute in a group
        # Thirty in any second, says the page: a burst would put sixty into the first, and even steps arrive uneven, by up
        # to a twentieth of a second, before a second holds one too many.
        bucket=Bucket(rate_per_s=28.2, burst=1),
        source=_PACE,
        read_on=_READ,
        media_source=_PHOTO,
        shows_alt_text=False,
        max_ratio=20,
        video=VideoLimits(frozenset({"video/mp4"}), 50_000_000, _VIDEO, maximum=10, with_images=True),
        marks=frozenset({"bold", "quote", "link"}),
        # https://core.telegram.org/bots/api#deletemessage; TDLib holds bots to it in channels too.
        delete_within_s=48 * 3600.0,
        edit_media="one_for_one",
        answers=True,
        note_en="Telegram has no alternative text: what an image says must stand in the words too.",
        note_fa="تلگرام متن جایگزین ندارد: آنچه در تصویر آمده، در متن هم بیاید.",
    )
}
