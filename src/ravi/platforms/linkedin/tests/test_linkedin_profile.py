"""What LinkedIn takes, as its pages say it, held against the profile."""

from __future__ import annotations

import dataclasses

import pytest

from ravi.platforms.contract import Content, MediaItem
from ravi.platforms.linkedin.profile import PROFILES
from ravi.platforms.shapes.limits import problems_of

PHOTO = MediaItem("a" * 64, "image/png", "پوستر", None, 1200, 627, 400_000)
FILM = MediaItem("b" * 64, "video/mp4", "فیلم", None, 1280, 720, 20_000_000, 45.0)


def codes(text: str, *media: MediaItem) -> list[str]:
    return [problem.code for problem in problems_of(Content(text, media=media), PROFILES["linkedin"])]


@pytest.mark.parametrize(("length", "found"), [(3000, []), (3001, ["too_long"])])
def test_a_post_ends_at_3000(length: int, found: list[str]) -> None:
    assert codes("ب" * length) == found


def test_twenty_images_or_one_video() -> None:
    assert codes("بیست", *[PHOTO] * 20) == codes("فیلم", FILM) == []
    assert codes("بیست‌ویک", *[PHOTO] * 21) == ["too_many_media"]
    assert codes("هر دو", PHOTO, FILM) == ["media_mixed"]


def test_what_is_refused() -> None:
    assert codes("نو", dataclasses.replace(PHOTO, media_type="image/webp")) == ["media_type"]
    assert codes("سنگین", dataclasses.replace(PHOTO, size_bytes=5_000_001)) == ["media_too_large"]
    assert codes("مک", dataclasses.replace(FILM, media_type="video/quicktime")) == ["media_type"]
    assert codes("بلند", dataclasses.replace(FILM, duration_s=1801.0)) == ["video_too_long"]
