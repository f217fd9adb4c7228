"""Bluesky's limits; what each page says, word by word, stands in this folder's README."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import Bucket, Limit, Profile, VideoLimits

_READ = date(2026, 11, 26)
_POST = "https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/post.json"
_IMAGES = "https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/embed/images.json"
_RATES = "https://docs.bsky.app/docs/advanced-guides/rate-limits"
# https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/getPosts.json
POSTS_AT_ONCE = 25

PROFILES: Mapping[str, Profile] = {
    "bluesky": Profile(
        kind="bluesky",
        name_en="Bluesky",
        name_fa="بلواسکای",
        text_limits=(
            Limit("bluesky_graphemes", 300, "text", _POST, _READ),
            Limit("utf8_bytes", 3000, "text", _POST, _READ),
        ),
        link_field=False,
        title_field=False,
        max_media=4,
        media_types=frozenset({"image/jpeg", "image/png", "image/webp"}),
        # The protocol says 2 MB since 2026; servers that have not followed, as those that run on Node 20, refuse above 1 MB.
        media_is_cautious=True,  # it takes whatever calls itself an image
        max_media_bytes=1_000_000,
        gap_s=1.0,
        bucket=Bucket(rate_per_s=0.13, burst=30),  # 11,666 posts a day, 1,666 an hour
        source=_RATES,
        read_on=_READ,
        media_source=_IMAGES,
        video=VideoLimits(media_types=frozenset({"video/mp4"}), max_bytes=52_428_800, source=_RATES, max_s=180.0),
        marks=frozenset({"link"}),
        counts=frozenset({"reactions", "shares", "replies"}),
        answers=True,
        note_en="A link and a hashtag become real ones; other formatting does not exist there.",
        note_fa="پیوند و هشتگ، پیوند واقعی می‌شوند؛ قالب‌بندی دیگری در آن نیست.",
    )
}
