"""How a payload names a video, and how the courier loads all that belongs to it."""

import hashlib
import json

import pytest

from ravi.delivery.courier import _media, _MediaGone
from ravi.delivery.payload import freeze_payload, media_entry, media_hashes
from ravi.platforms.contract import Beside, MediaItem

FILM, PICTURE, WORDS = b"film", b"picture", b"WEBVTT\n"


def name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def film(*, captions: bool = True) -> MediaItem:
    return MediaItem(
        name(FILM),
        "video/mp4",
        "پرستار دست می‌شوید",
        width=1080,
        height=1920,
        duration_s=12.345,
        thumbnail=Beside(name(PICTURE), "image/jpeg"),
        captions=Beside(name(WORDS), "text/vtt", lang="fa") if captions else None,
    )


def test_an_images_entry_is_byte_for_byte_as_it_was() -> None:
    image = MediaItem("a" * 64, "image/jpeg", "پوستر", width=10, height=10, size_bytes=5)
    old = freeze_payload(post_id=1, channel_id=1, text="متن", media=[("a" * 64, "image/jpeg", "پوستر")])
    assert freeze_payload(post_id=1, channel_id=1, text="متن", media=[media_entry(image)]) == old
    assert json.loads(old)["media"] == [{"sha256": "a" * 64, "media_type": "image/jpeg", "alt": "پوستر"}]


def test_a_videos_entry_says_its_size_its_length_and_what_belongs_to_it() -> None:
    assert media_entry(film()) == {
        "sha256": name(FILM),
        "media_type": "video/mp4",
        "alt": "پرستار دست می‌شوید",
        "width": 1080,
        "height": 1920,
        "duration_ms": 12345,
        "thumbnail": {"sha256": name(PICTURE), "media_type": "image/jpeg"},
        "captions": {"sha256": name(WORDS), "media_type": "text/vtt", "lang": "fa"},
    }
    assert media_entry(film(captions=False))["captions"] is None


def test_the_adapter_gets_what_was_frozen_with_all_its_bytes() -> None:
    entry = media_entry(film())
    assert media_hashes(entry) == [name(FILM), name(PICTURE), name(WORDS)]
    kept = {name(content): (content, len(content)) for content in (FILM, PICTURE, WORDS)}
    loaded = _media(entry, kept)
    assert (loaded.content, loaded.size_bytes, loaded.duration_s) == (FILM, len(FILM), 12.345)
    assert (loaded.width, loaded.height, loaded.alt_text) == (1080, 1920, "پرستار دست می‌شوید")
    assert loaded.thumbnail == Beside(name(PICTURE), "image/jpeg", PICTURE)
    assert loaded.captions == Beside(name(WORDS), "text/vtt", WORDS, "fa")


@pytest.mark.parametrize(
    ("gone", "word"), [(FILM, "video"), (PICTURE, "a video's picture"), (WORDS, "captions")], ids=["film", "jpg", "vtt"]
)
def test_bytes_that_are_not_kept_any_more_are_named(gone: bytes, word: str) -> None:
    kept = {name(content): (content, len(content)) for content in (FILM, PICTURE, WORDS) if content != gone}
    with pytest.raises(_MediaGone, match=f"the bytes of {word} {name(gone)[:12]} are not kept"):
        _media(media_entry(film()), kept)
