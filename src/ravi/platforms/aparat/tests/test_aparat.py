"""What Ravi lets through to Aparat: one film with a title."""

from __future__ import annotations

import pytest

from ravi.platforms.aparat.profile import PROFILES
from ravi.platforms.contract import OWN_CHOICE, Content, MediaItem
from ravi.platforms.shapes.limits import problems_of

FILM = MediaItem("b" * 64, "video/mp4", "", None, 1280, 720, 20_000_000, 45.0)


@pytest.mark.parametrize(
    ("title", "media", "found"),
    [
        ("عنوان", (FILM,), []),
        ("", (FILM,), ["title_missing"]),
        ("ب" * 101, (FILM,), ["title_too_long"]),
        ("عنوان", (), ["too_few_media"]),
        ("عنوان", (FILM, FILM), ["too_many_media", "too_many_media"]),
    ],
)
def test_one_film_with_a_title(title: str, media: tuple[MediaItem, ...], found: list[str]) -> None:
    content = Content("توضیح", title, media=media)
    assert [problem.code for problem in problems_of(content, PROFILES["aparat"])] == found


def test_every_number_is_called_our_own() -> None:
    profile = PROFILES["aparat"]
    assert {limit.source for limit in profile.text_limits} == {OWN_CHOICE}
    assert profile.video is not None and profile.video.source == profile.source == profile.media_source == OWN_CHOICE
