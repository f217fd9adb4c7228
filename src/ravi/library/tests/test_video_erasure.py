"""What was ever shown beside a video goes with it, and nothing of it comes back."""

import pytest

from ravi.core import blob_names
from ravi.core.models import Blob
from ravi.library.models import Media
from ravi.library.services import choose_picture, edit_video, erase_media, set_captions
from ravi.library.tests.test_library import house  # noqa: F401 -- a fixture
from ravi.library.tests.test_video import SRT, image_file, kept, of, refusal, words_file

pytestmark = pytest.mark.django_db


def names(media):
    return {media.sha256, media.thumbnail_sha256, media.captions_sha256} - {""}


def test_pictures_and_captions_that_stood_there_before_go_too(house):  # noqa: F811
    media = kept(house, picture=image_file(), captions_file=words_file(), captions_lang="fa")
    was = names(media)
    choose_picture(media, by=house.officer, at_ms=0)
    was |= names(media)
    choose_picture(media, by=house.officer, at_ms=1500)
    set_captions(media, words_file(SRT.replace("دست", "پا")), lang="fa", by=house.officer)
    was |= names(media)
    set_captions(media, None, by=house.officer)
    assert len(was) == 6 and Blob.objects.filter(sha256__in=was).count() == 6
    theirs = kept(house, by=house.neighbour, unit=house.faculty, picture=image_file())
    assert erase_media(media, by=house.head, reason="consent") == 4
    left = set(Blob.objects.filter(sha256__in=was).values_list("sha256", flat=True))
    assert left == {theirs.sha256, theirs.thumbnail_sha256}


def test_an_earlier_picture_that_nothing_carries_is_forgotten_by_night(house):  # noqa: F811
    media = kept(house, picture=image_file())
    first = media.thumbnail_sha256
    choose_picture(media, by=house.officer, at_ms=0)
    old = Blob.objects.latest("stored_at").stored_at
    assert [one.sha256 for one in blob_names.forgotten(old)] == [first]


def test_whoever_still_has_the_page_open_brings_nothing_back(house, sign_in):  # noqa: F811
    media = kept(house)
    stale = Media.objects.get(pk=media.pk)
    erase_media(media, by=house.head, reason="mistake")
    changes = {
        "picture": lambda: choose_picture(stale, by=house.officer, picture=image_file()),
        "frame": lambda: choose_picture(stale, by=house.officer, at_ms=0),
        "captions": lambda: set_captions(stale, words_file(), lang="fa", by=house.officer),
        "words": lambda: edit_video(stale, by=house.officer, alt_text="دیگر", shows_people=False),
    }
    assert {name: refusal(call)[0] for name, call in changes.items()} == dict.fromkeys(changes, "erased")
    media.refresh_from_db()
    assert not Blob.objects.exists() and media.alt_text != "دیگر"
    assert sign_in(house.officer).post(of(media, "picture"), {"second": "0"}).status_code == 404


def test_an_erasure_in_the_middle_of_a_change_is_told_on_the_videos_page(house, sign_in, monkeypatch):  # noqa: F811
    media = kept(house)

    def erased_meanwhile(*_arguments):
        erase_media(Media.objects.get(pk=media.pk), by=house.head, reason="consent")

    monkeypatch.setattr("ravi.library.views.video.require", erased_meanwhile)
    answer = sign_in(house.officer).post(of(media, "picture"), {"second": "0"})
    assert answer.status_code == 422 and "پاک شد" in answer.content.decode()
    assert not Blob.objects.exists()
