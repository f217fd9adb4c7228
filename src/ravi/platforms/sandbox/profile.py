"""The limits of the six platforms that the sandbox plays, as the adapter knows them; the server keeps its own table.

What each source says, word by word, and how it was opened stands in this folder's README."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import OWN_CHOICE, Bucket, CountKind, Limit, Profile, VideoLimits

_READ = date(2026, 11, 25)
_NOT_OPENED_SINCE = date(2026, 11, 22)
_READ_EITAA = date(2026, 11, 26)
_PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp"})
_PICTURES = _PHOTOS | {"image/gif"}
# "10 MB" says a page, and not which: the smaller reading goes through in both.
_MB = 1_000_000
_MIB = 1024 * 1024

_BOT_API = "https://core.telegram.org/bots/api#sendmessage"
_BOT_PHOTO = "https://core.telegram.org/bots/api#sendphoto"
_BOT_VIDEO = "https://core.telegram.org/bots/api#sendvideo"
_MP4 = frozenset({"video/mp4"})
_BOT_FAQ = "https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"
_BALE = "https://docs.bale.ai/"
_EITAAYAR = "https://eitaayar.ir/assets/download/API_eitaayar.ir.pdf"
_WORDPRESS = "https://developer.wordpress.org/rest-api/reference/posts/"
_MASTODON = "https://docs.joinmastodon.org/user/posting/"
_MASTODON_RATES = "https://docs.joinmastodon.org/api/rate-limits/"
_BLUESKY = "https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/post.json"
_BLUESKY_IMAGES = "https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/embed/images.json"
_BLUESKY_VIDEO = "https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/embed/video.json"
_BLUESKY_RATES = "https://docs.bsky.app/docs/advanced-guides/rate-limits"

_TELEGRAM = Profile(
    kind="telegram",
    name_en="Telegram",
    name_fa="تلگرام",
    # The page counts "characters", Telegram's own library code points; UTF-16 units are never fewer than either.
    text_limits=(
        Limit("telegram_utf16", 4096, "text", _BOT_API, _READ),
        Limit("telegram_utf16", 1024, "caption", _BOT_API, _READ),
    ),
    link_field=False,
    title_field=False,
    max_media=10,
    media_types=_PHOTOS,
    max_media_bytes=10 * _MB,
    video=VideoLimits(_MP4, 50 * _MB, _BOT_VIDEO, maximum=10, with_images=True),
    gap_s=3.0,  # twenty a minute in a group
    # Thirty in any second, says the page: a burst would put sixty into the first, and even steps arrive uneven, by up to
    # a twentieth of a second, before a second holds one too many.
    bucket=Bucket(rate_per_s=28.2, burst=1),
    source=_BOT_FAQ,
    read_on=_READ,
    media_source=_BOT_PHOTO,
    max_ratio=20,
    marks=frozenset({"bold", "quote", "link"}),
    edit_media="one_for_one",
    answers=True,
    note_en="Telegram has no alternative text: what an image says must stand in the words too.",
    note_fa="تلگرام متن جایگزین ندارد: آنچه در تصویر آمده، در متن هم بیاید.",
)
_BALE_PROFILE = Profile(
    kind="bale",
    name_en="Bale",
    name_fa="بله",
    text_limits=(
        Limit("telegram_utf16", 4096, "text", _BALE, _NOT_OPENED_SINCE),
        Limit("telegram_utf16", 1024, "caption", _BALE, _NOT_OPENED_SINCE),
    ),
    link_field=False,
    title_field=False,
    max_media=10,
    media_types=_PHOTOS,
    max_media_bytes=10 * _MB,
    video=VideoLimits(_MP4, 50 * _MB, _BALE, maximum=10, with_images=True),
    gap_s=3.0,
    bucket=Bucket(rate_per_s=10.0, burst=10),
    source=_BALE,
    read_on=_NOT_OPENED_SINCE,
    media_source=_BALE,
    answers=True,
    note_en="Bale publishes no rate; it grows with the bot's use.",
    note_fa="بله برای سرعت ارسال عددی اعلام نکرده است.",
)
_EITAA = Profile(
    kind="eitaa",
    name_en="Eitaa",
    name_fa="ایتا",
    text_limits=(
        Limit("telegram_utf16", 4096, "text", OWN_CHOICE, _READ_EITAA),
        Limit("telegram_utf16", 1024, "caption", OWN_CHOICE, _READ_EITAA),
    ),
    link_field=False,
    title_field=False,
    max_media=1,
    media_types=frozenset({"image/jpeg", "image/png"}),  # a file named .webp becomes a sticker there
    max_media_bytes=10 * _MB,
    video=VideoLimits(_MP4, 50 * _MB, OWN_CHOICE),
    gap_s=5.0,
    bucket=Bucket(rate_per_s=1.0, burst=10),
    source=_EITAAYAR,
    read_on=_READ_EITAA,
    media_source=_EITAAYAR,
    answers=True,
    pins_when_sent=True,
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
    max_media_bytes=20 * _MIB,
    video=VideoLimits(_MP4 | {"video/webm"}, 64 * _MIB, OWN_CHOICE, maximum=2, with_images=True),
    gap_s=1.0,
    bucket=Bucket(rate_per_s=5.0, burst=10),
    source=_WORDPRESS,
    read_on=_READ,
    marks=frozenset({"bold", "quote", "link"}),
    edit_media="any",
)
_TOLD_IN_PUBLIC: frozenset[CountKind] = frozenset({"reactions", "shares", "replies"})
_MASTODON_PROFILE = Profile(
    kind="mastodon",
    name_en="Mastodon",
    name_fa="ماستودون",
    text_limits=(Limit("mastodon_chars", 500, "text", _MASTODON, _READ),),
    link_field=False,
    title_field=False,
    max_media=4,
    media_types=_PHOTOS,  # a GIF becomes a film there, and a post takes only one
    max_media_bytes=16 * _MIB,
    video=VideoLimits(_MP4 | {"video/webm", "video/quicktime"}, 99 * _MIB, _MASTODON),
    gap_s=1.0,
    bucket=Bucket(rate_per_s=0.9, burst=30),  # 300 calls in 5 minutes
    source=_MASTODON_RATES,
    read_on=_READ,
    media_source=_MASTODON,
    counts=_TOLD_IN_PUBLIC,
    edit_media="any",
    answers=True,
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
    max_media_bytes=_MB,
    video=VideoLimits(_MP4, 50 * _MIB, _BLUESKY_VIDEO, max_s=180.0),
    gap_s=1.0,
    bucket=Bucket(rate_per_s=0.13, burst=30),  # 11,666 posts a day, 1,666 an hour
    source=_BLUESKY_RATES,
    read_on=_READ,
    media_source=_BLUESKY_IMAGES,
    counts=_TOLD_IN_PUBLIC,
    marks=frozenset({"link"}),
    answers=True,
)

PROFILES: Mapping[str, Profile] = {
    profile.kind: profile
    for profile in (_TELEGRAM, _BALE_PROFILE, _EITAA, _WORDPRESS_PROFILE, _MASTODON_PROFILE, _BLUESKY_PROFILE)
}
