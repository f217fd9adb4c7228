"""What an entry of our own feeds may hold: readers name no limit, so sizes and pace are our own choices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import OWN_CHOICE, Bucket, Profile, VideoLimits

PROFILES: Mapping[str, Profile] = {
    "feeds": Profile(
        kind="feeds",
        name_en="Own feed",
        name_fa="خوراک خبری",
        text_limits=(),
        link_field=False,
        title_field=True,
        max_media=10,
        media_types=frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"}),
        max_media_bytes=10 * 1024 * 1024,
        video=VideoLimits(frozenset({"video/mp4"}), 50_000_000, OWN_CHOICE, maximum=10, with_images=True),
        gap_s=0.1,
        bucket=Bucket(rate_per_s=10.0, burst=100),
        source=OWN_CHOICE,
        read_on=date(2026, 11, 26),
        marks=frozenset({"bold", "quote", "link"}),
        edit_media="any",
        note_en="It stands on Ravi's own pages: RSS, Atom and JSON Feed, of the institution, of a unit and of this channel.",
        note_fa="در صفحه‌های خود راوی است: RSS، Atom و JSON Feed؛ برای دانشگاه، برای هر واحد و برای این کانال.",
    )
}
