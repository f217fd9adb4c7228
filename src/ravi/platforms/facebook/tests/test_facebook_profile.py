"""What a Page of Facebook takes, as the pages say it, held against the profile."""

from __future__ import annotations

import dataclasses

import pytest

from ravi.platforms.contract import Content, MediaItem
from ravi.platforms.facebook.profile import PROFILES
from ravi.platforms.shapes.limits import problems_of

PHOTO = MediaItem("a" * 64, "image/jpeg", "پوستر", None, 1200, 630, 400_000)
FILM = MediaItem("b" * 64, "video/mp4", "فیلم", None, 1280, 720, 20_000_000, 45.0)


def codes(text: str, *media: MediaItem) -> list[str]:
    return [problem.code for problem in problems_of(Content(text, media=media), PROFILES["facebook"])]


def test_words_photos_and_a_video_go() -> None:
    assert codes("خبر") == codes("خبر", *[PHOTO] * 10) == codes("خبر", FILM) == []


@pytest.mark.parametrize(("length", "found"), [(63_206, []), (63_207, ["too_long"])])
def test_a_post_ends_at_63206(length: int, found: list[str]) -> None:
    assert codes("ب" * length) == found


def test_what_is_refused() -> None:
    assert codes("") == ["empty"]
    assert codes("یازده", *[PHOTO] * 11) == ["too_many_media"]
    assert codes("هر دو", PHOTO, FILM) == ["media_mixed"]
    assert codes("سنگین", dataclasses.replace(PHOTO, size_bytes=4_000_001)) == ["media_too_large"]
    assert codes("نو", dataclasses.replace(PHOTO, media_type="image/webp")) == ["media_type"]
    assert codes("بلند", dataclasses.replace(FILM, duration_s=14_401.0)) == ["video_too_long"]
