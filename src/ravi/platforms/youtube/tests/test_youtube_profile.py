"""What YouTube takes, as its pages say it, held against the profile."""

from __future__ import annotations

import dataclasses

import pytest

from ravi.platforms.contract import Content, MediaItem
from ravi.platforms.shapes.limits import problems_of
from ravi.platforms.youtube.profile import PROFILES

FILM = MediaItem("b" * 64, "video/mp4", "", None, 1280, 720, 20_000_000, 45.0)
PHOTO = MediaItem("a" * 64, "image/jpeg", "پوستر", None, 1200, 627, 400_000)


def codes(title: str, text: str, *media: MediaItem) -> list[str]:
    return [problem.code for problem in problems_of(Content(text, title, media=media), PROFILES["youtube"])]


@pytest.mark.parametrize(("length", "found"), [(100, []), (101, ["title_too_long"])])
def test_a_title_ends_at_100(length: int, found: list[str]) -> None:
    assert codes("ب" * length, "توضیح", FILM) == found


@pytest.mark.parametrize(("length", "found"), [(2500, []), (2501, ["too_long"])])
def test_a_description_ends_at_5000_bytes_which_are_2500_persian_letters(length: int, found: list[str]) -> None:
    assert codes("عنوان", "ب" * length, FILM) == found


def test_a_title_is_needed_and_a_film() -> None:
    assert codes("", "توضیح", FILM) == ["title_missing"]
    assert codes("عنوان", "توضیح") == ["too_few_media"]
    assert codes("عنوان", "توضیح", PHOTO) == ["media_type", "media_too_large"]
    assert codes("عنوان", "", FILM) == []


@pytest.mark.parametrize(("title", "text"), [("الف < ب", "متن"), ("عنوان", "<b>متن</b>")])
def test_angle_brackets_are_refused(title: str, text: str) -> None:
    assert codes(title, text, FILM) == ["forbidden_sign"]


def test_half_a_day_is_the_longest() -> None:
    assert codes("عنوان", "متن", dataclasses.replace(FILM, duration_s=43_201.0)) == ["video_too_long"]
