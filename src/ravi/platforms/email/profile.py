"""E-mail's limits: none for text; sizes and pace are our own cautious choices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ravi.platforms.contract import Bucket, Profile

PROFILES: Mapping[str, Profile] = {
    "email": Profile(
        kind="email",
        name_en="E-mail",
        name_fa="ایمیل",
        text_limits=(),
        link_field=False,
        title_field=True,
        max_media=5,
        media_types=frozenset({"image/jpeg", "image/png", "image/gif"}),
        max_media_bytes=3 * 1024 * 1024,
        gap_s=1.0,
        bucket=Bucket(rate_per_s=1.0, burst=10),
        source="https://www.rfc-editor.org/rfc/rfc5321",
        read_on=date(2026, 11, 25),
        marks=frozenset({"bold", "quote", "link"}),
        answers=True,
        note_en="3 MB an image is our own choice: many servers stop at 25 MB a letter.",
        note_fa="هر تصویر تا ۳ مگابایت؛ بسیاری از سرورها نامهٔ بزرگ‌تر از ۲۵ مگابایت نمی‌گیرند.",
    )
}
