"""The limits of the six platforms that the sandbox plays, as the adapter knows them; the server keeps its own table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import Bucket, Limit, Profile

_READ = date(2026, 11, 22)
_PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp"})
_PICTURES = _PHOTOS | {"image/gif"}
_MB = 1024 * 1024

_BOT_API = "https://core.telegram.org/bots/api#sendmessage"
_BOT_FAQ = "https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"
_BALE = "https://docs.bale.ai/"
_OWN = "Ravi's own cautious choice: the platform documents no limit"
_WORDPRESS = "https://developer.wordpress.org/rest-api/reference/posts/"
_MASTODON = "https://docs.joinmastodon.org/user/posting/"
_BLUESKY = "https://docs.bsky.app/docs/advanced-guides/posts"

_TELEGRAM = Profile(
    kind="telegram",
    name_en="Telegram",
    name_fa="تلگرام",
    text_limits=(
        Limit("telegram_utf16", 4096, "text", _BOT_API, _READ),
        Limit("telegram_utf16", 1024, "caption", _BOT_API, _READ),
    ),
    link_field=False,
    title_field=False,
    max_media=10,
    media_types=_PHOTOS,
    max_media_bytes=10 * _MB,
    gap_s=3.0,
    # Thirty in any second, says the page: a burst would put sixty into the first, and even steps arrive uneven.
    bucket=Bucket(rate_per_s=29.0, burst=1),
    source=_BOT_FAQ,
    read_on=_READ,
)
_BALE_PROFILE = Profile(
    kind="bale",
    name_en="Bale",
    name_fa="بله",
    text_limits=(
        Limit("telegram_utf16", 4096, "text", _BALE, _READ),
        Limit("telegram_utf16", 1024, "caption", _BALE, _READ),
    ),
    link_field=False,
    title_field=False,
    max_media=10,
    media_types=_PHOTOS,
    max_media_bytes=10 * _MB,
    gap_s=3.0,
    bucket=Bucket(rate_per_s=10.0, burst=10),
    source=_BALE,
    read_on=_READ,
    note_en="Bale publishes no rate; it grows with the bot's use.",
    note_fa="بله برای سرعت ارسال عددی اعلام نکرده است.",
)
_EITAA = Profile(
    kind="eitaa",
    name_en="Eitaa",
    name_fa="ایتا",
    text_limits=(
        Limit("telegram_utf16", 4096, "text", _OWN, _READ),
        Limit("telegram_utf16", 1024, "caption", _OWN, _READ),
    ),
    link_field=False,
    title_field=False,
    max_media=1,
    media_types=_PHOTOS,
    max_media_bytes=10 * _MB,
    gap_s=5.0,
    bucket=Bucket(rate_per_s=1.0, burst=10),
    source=_OWN,
    read_on=_READ,
    note_en="Eitaa documents no limit; 4,096 and 1,024 are our own cautious choice. No editing or removal by API.",
    note_fa="ایتا سقفی اعلام نکرده است؛ ۴٬۰۹۶ و ۱٬۰۲۴ انتخاب محتاطانهٔ ماست. ویرایش و حذف از راه API ندارد.",
)
_WORDPRESS_PROFILE = Profile(
    kind="wordpress",
    name_en="WordPress",
    name_fa="وبگاه",
    text_limits=(),
    link_field=False,
    title_field=True,
    max_media=20,
    media_types=_PICTURES,
    max_media_bytes=20 * _MB,
    gap_s=1.0,
    bucket=Bucket(rate_per_s=5.0, burst=10),
    source=_WORDPRESS,
    read_on=_READ,
)
_MASTODON_PROFILE = Profile(
    kind="mastodon",
    name_en="Mastodon",
    name_fa="ماستودون",
    text_limits=(Limit("mastodon_chars", 500, "text", _MASTODON, _READ),),
    link_field=False,
    title_field=False,
    max_media=4,
    media_types=_PICTURES,
    max_media_bytes=16 * _MB,
    gap_s=1.0,
    bucket=Bucket(rate_per_s=1.0, burst=30),
    source="https://docs.joinmastodon.org/api/rate-limits/",
    read_on=_READ,
    note_en="500 is the default; a server may set its own.",
    note_fa="۵۰۰ پیش‌فرض است؛ هر سرور می‌تواند سقف خودش را داشته باشد.",
)
_BLUESKY_PROFILE = Profile(
    kind="bluesky",
    name_en="Bluesky",
    name_fa="بلواسکای",
    text_limits=(
        Limit("bluesky_graphemes", 300, "text", _BLUESKY, _READ),
        Limit("utf8_bytes", 3000, "text", _BLUESKY, _READ),
    ),
    link_field=False,
    title_field=False,
    max_media=4,
    media_types=_PHOTOS,
    max_media_bytes=1_000_000,
    gap_s=1.0,
    bucket=Bucket(rate_per_s=0.4, burst=30),
    source="https://docs.bsky.app/docs/advanced-guides/rate-limits",
    read_on=_READ,
)

PROFILES: Mapping[str, Profile] = {
    profile.kind: profile
    for profile in (_TELEGRAM, _BALE_PROFILE, _EITAA, _WORDPRESS_PROFILE, _MASTODON_PROFILE, _BLUESKY_PROFILE)
}
