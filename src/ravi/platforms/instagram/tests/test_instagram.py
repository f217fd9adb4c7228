"""What Instagram takes, as its pages say it, held against the profile."""

from __future__ import annotations

import dataclasses

import pytest

from ravi.platforms.contract import Content, MediaItem
from ravi.platforms.instagram.profile import PROFILES
from ravi.platforms.shapes.limits import problems_of

JPEG = MediaItem("a" * 64, "image/jpeg", "پوستر", None, 1080, 1350, 400_000)
REEL = MediaItem("b" * 64, "video/mp4", "فیلم", None, 1080, 1920, 20_000_000, 45.0)


def codes(text: str, *media: MediaItem) -> list[str]:
    return [problem.code for problem in problems_of(Content(text, media=media), PROFILES["instagram"])]


def test_a_picture_with_a_caption_goes() -> None:
    assert codes("نوبت دوم واکسن", JPEG) == []
    assert codes("نوبت دوم واکسن", *[JPEG] * 10) == []
    assert codes("فیلم", REEL) == []


def test_words_alone_do_not() -> None:
    assert codes("نوبت دوم واکسن") == ["too_few_media"]


@pytest.mark.parametrize(("length", "found"), [(2200, []), (2201, ["too_long"])])
def test_a_caption_ends_at_2200(length: int, found: list[str]) -> None:
    assert codes("ب" * length, JPEG) == found


@pytest.mark.parametrize(("count", "found"), [(5, []), (6, ["too_many_hashtags"])])
def test_five_hashtags_and_no_sixth(count: int, found: list[str]) -> None:
    assert codes(" ".join(f"#برچسب_{letter}" for letter in "ابپتثج"[:count]), JPEG) == found


@pytest.mark.parametrize(
    ("width", "height", "found"),
    [
        (1080, 1350, []),
        (1080, 1351, ["media_shape"]),
        (1080, 1080, []),
        (1910, 1000, []),
        (1911, 1000, ["media_shape"]),
    ],
)
def test_a_picture_lies_between_4_to_5_and_191_to_100(width: int, height: int, found: list[str]) -> None:
    assert codes("تصویر", dataclasses.replace(JPEG, width=width, height=height)) == found


def test_what_else_is_refused() -> None:
    assert codes("تصویر", dataclasses.replace(JPEG, media_type="image/png")) == ["media_type"]
    assert codes("تصویر", dataclasses.replace(JPEG, size_bytes=8_000_001)) == ["media_too_large"]
    assert codes("تصویر", *[JPEG] * 11) == ["too_many_media"]
    assert codes("هر دو", JPEG, REEL) == ["media_mixed"]
    assert codes("فیلم", dataclasses.replace(REEL, duration_s=901.0)) == ["video_too_long"]
    assert codes("فیلم", dataclasses.replace(REEL, duration_s=2.0)) == ["video_too_short"]
