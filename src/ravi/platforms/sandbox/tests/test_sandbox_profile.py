"""The adapters' figures stay within what each platform's own page says; the sources stand in the folder's README."""

from __future__ import annotations

import pytest

from ravi.platforms import registry

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400


def most_calls(platform: str, window_s: float) -> float:
    """What one credential may do at most in any window of this length, by its bucket."""
    bucket = registry.profile("sandbox", platform).bucket
    return bucket.burst + bucket.rate_per_s * window_s


@pytest.mark.parametrize(
    ("platform", "calls", "window_s"),
    [
        ("telegram", 30, 1),
        ("mastodon", 300, 5 * MINUTE_S),
        ("bluesky", 1_666, HOUR_S),
        ("bluesky", 11_666, DAY_S),
    ],
)
def test_no_credential_asks_for_more_than_its_platform_allows(platform: str, calls: int, window_s: float) -> None:
    assert most_calls(platform, window_s) <= calls


def test_a_telegram_channel_gets_no_more_than_twenty_a_minute() -> None:
    assert MINUTE_S / registry.profile("sandbox", "telegram").gap_s <= 20


@pytest.mark.parametrize(
    ("platform", "images", "size_bytes"),
    [("telegram", 10, 10_000_000), ("mastodon", 4, 16 * 2**20), ("bluesky", 4, 1_000_000)],
)
def test_images_are_as_many_and_as_large_as_the_platform_says(platform: str, images: int, size_bytes: int) -> None:
    profile = registry.profile("sandbox", platform)
    assert (profile.max_media, profile.max_media_bytes) == (images, size_bytes)


def test_a_gif_does_not_go_to_mastodon_which_would_make_a_film_of_it() -> None:
    assert "image/gif" not in registry.profile("sandbox", "mastodon").media_types
