"""What X takes, as its pages say it, held against the profile."""

from __future__ import annotations

import dataclasses

import pytest

from ravi.platforms.contract import Content, MediaItem
from ravi.platforms.shapes.limits import problems_of
from ravi.platforms.x.profile import PROFILES

PHOTO = MediaItem("a" * 64, "image/jpeg", "پوستر", None, 1200, 675, 400_000)
FILM = MediaItem("b" * 64, "video/mp4", "فیلم", None, 1280, 720, 20_000_000, 45.0)


def codes(text: str, *media: MediaItem) -> list[str]:
    return [problem.code for problem in problems_of(Content(text, media=media), PROFILES["x"])]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ب" * 280, []),
        ("ب" * 281, ["too_long"]),
        ("👩🏽\u200d⚕️" * 140, []),
        ("👩🏽\u200d⚕️" * 141, ["too_long"]),
        ("ب" * 256 + " https://example.org/" + "a" * 200, []),
        ("ب" * 257 + " https://example.org/" + "a" * 200, ["too_long"]),
    ],
)
def test_a_post_weighs_280(text: str, found: list[str]) -> None:
    assert codes(text) == found


def test_four_photos_or_one_video() -> None:
    assert codes("چهار", *[PHOTO] * 4) == codes("فیلم", FILM) == []
    assert codes("پنج", *[PHOTO] * 5) == ["too_many_media"]
    assert codes("هر دو", PHOTO, FILM) == ["media_mixed"]
    assert codes("دو فیلم", FILM, FILM) == ["too_many_media"]


def test_what_is_refused() -> None:
    assert codes("جنبان", dataclasses.replace(PHOTO, media_type="image/gif")) == ["media_type"]
    assert codes("سنگین", dataclasses.replace(PHOTO, size_bytes=5_000_001)) == ["media_too_large"]
    assert codes("بلند", dataclasses.replace(FILM, duration_s=140.5)) == ["video_too_long"]
