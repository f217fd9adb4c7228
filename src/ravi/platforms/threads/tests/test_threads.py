"""What Threads takes, as its pages say it, held against the profile."""

from __future__ import annotations

import dataclasses

import pytest

from ravi.platforms.contract import Content, MediaItem
from ravi.platforms.shapes.limits import problems_of
from ravi.platforms.threads.profile import PROFILES

PHOTO = MediaItem("a" * 64, "image/png", "پوستر", None, 1000, 1000, 400_000)
FILM = MediaItem("b" * 64, "video/mp4", "فیلم", None, 1280, 720, 20_000_000, 45.0)


def codes(text: str, *media: MediaItem) -> list[str]:
    return [problem.code for problem in problems_of(Content(text, media=media), PROFILES["threads"])]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ب" * 500, []),
        ("ب" * 501, ["too_long"]),
        ("ب" * 496 + "👍", []),
        ("ب" * 497 + "👍", ["too_long"]),
        ("👍" * 125, []),
        ("👍" * 126, ["too_long"]),
        ("می\u200cخواهیم " * 50, []),
    ],
)
def test_a_post_ends_at_500_and_an_emoji_counts_as_its_bytes(text: str, found: list[str]) -> None:
    assert codes(text) == found


def test_pictures_and_films_go_together() -> None:
    assert codes("آلبوم", *[PHOTO, FILM] * 10) == []
    assert codes("یکی بیش", *[PHOTO] * 21) == ["too_many_media"]


def test_what_is_refused() -> None:
    assert codes("نوار", dataclasses.replace(PHOTO, width=1001, height=100)) == ["media_shape"]
    assert codes("نو", dataclasses.replace(PHOTO, media_type="image/webp")) == ["media_type"]
    assert codes("بلند", dataclasses.replace(FILM, duration_s=301.0)) == ["video_too_long"]
