"""Eitaa's limits. Its door for programs names none: the figures are our own, and this folder's README says what was read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import OWN_CHOICE, Bucket, Limit, Profile, VideoLimits

_READ = date(2026, 11, 26)
_API = "https://eitaayar.ir/assets/download/API_eitaayar.ir.pdf"

PROFILES: Mapping[str, Profile] = {
    "eitaa": Profile(
        kind="eitaa",
        name_en="Eitaa",
        name_fa="ایتا",
        text_limits=(
            Limit("telegram_utf16", 4096, "text", OWN_CHOICE, _READ),
            Limit("telegram_utf16", 1024, "caption", OWN_CHOICE, _READ),
        ),
        link_field=False,
        title_field=False,
        max_media=1,  # one file a message, and no album
        media_types=frozenset(
            {"image/jpeg", "image/png"}
        ),  # a file named .webp becomes a sticker, one named .gif a film
        max_media_bytes=10_000_000,
        gap_s=5.0,
        bucket=Bucket(rate_per_s=1.0, burst=10),
        source=_API,
        read_on=_READ,
        media_source=_API,
        media_is_cautious=True,  # any file is taken there, as a file
        shows_alt_text=False,
        video=VideoLimits(media_types=frozenset({"video/mp4"}), max_bytes=50_000_000, source=OWN_CHOICE),
        answers=True,
        pins_when_sent=True,
        note_en="Eitaa documents no limit; 4,096 and 1,024 are our own cautious choice. No editing or removal by API.",
        note_fa="ایتا سقفی اعلام نکرده است؛ ۴٬۰۹۶ و ۱٬۰۲۴ انتخاب محتاطانهٔ ماست. ویرایش و حذف از راه API ندارد.",
    )
}
