"""A video from the composer to the yes: kept beside its words, refused with sentences, frozen with picture and captions."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ravi.core import blob
from ravi.library.models import Media
from ravi.library.services import set_captions
from ravi.library.tests.films import film
from ravi.publishing import services
from ravi.publishing.models import Copy, Post
from ravi.publishing.queries.preview import copy_sentence

SRT = "1\n00:00:00,000 --> 00:00:00,800\nدست‌ها را بشویید.\n"


@pytest.fixture
def desk(house, channels, sign_in):
    house.institution.is_demo = True
    house.institution.save()
    for person in house.people().values():
        person.refresh_from_db()
    return sign_in(house.editor)


def typed(**more):
    words = {"title": "دست‌شستن", "text": "بیست ثانیه بشویید.", "topic": "organisation", "reach": "all", "when": "now"}
    return {"act": "add_video", **words, **more}


def video(**more):
    said = {"video-alt_text": "پرستار دست می‌شوید", "video-shows_people": "no", "video-captions_lang": "fa"}
    files = {
        "video-video": SimpleUploadedFile("x.mp4", film(), "video/mp4"),
        "video-captions": SimpleUploadedFile("x.srt", SRT.encode()),
    }
    return said | files | more


def test_a_video_is_put_into_the_message_with_its_words(desk):
    answer = desk.post(reverse("publishing:write"), typed(**video()))
    assert answer.status_code == 302
    media, post = Media.objects.get(), Post.objects.get()
    assert media.is_video and [image.media_id for image in post.images.all()] == [media.pk]
    page = desk.get(reverse("publishing:post", args=[post.pk])).content.decode()
    assert "ویدیو، ۰:۰۱" in page and '<video class="film" controls preload="metadata"' in page
    again = desk.post(reverse("publishing:post", args=[post.pk]), typed(expected_revision=post.revision, **video()))
    assert again.status_code == 422 and f'value="use:{media.pk}"' in again.content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"video-video": SimpleUploadedFile("x.mp4", b"PK\x03\x04" + b"\0" * 80)}, "ویدیوی MP4، MOV یا WebM نیست"),
        ({"video-video": SimpleUploadedFile("x.mp4", film()[:900])}, "این ویدیو خراب است"),
        ({"video-alt_text": ""}, "بنویسید در ویدیو چه دیده می‌شود"),
        ({"video-captions": SimpleUploadedFile("x.srt", "سلام".encode())}, "زیرنویس، سطر ۱"),
    ],
)
def test_what_is_wrong_with_it_is_said_and_the_message_is_kept(desk, wrong, sentence):
    answer = desk.post(reverse("publishing:write"), typed(**video(**wrong)))
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert Post.objects.get().text == "بیست ثانیه بشویید." and Media.objects.count() == 0


def test_the_yes_is_to_the_video_its_picture_and_its_captions(desk, house, sign_in):
    desk.post(reverse("publishing:write"), typed(**video()))
    media, post = Media.objects.get(), Post.objects.get()
    services.submit_post(post, by=house.editor)
    entry = json.loads(Copy.objects.filter(post=post).first().payload)["media"][0]
    assert entry["thumbnail"] == {"sha256": media.thumbnail_sha256, "media_type": "image/jpeg"}
    assert entry["captions"] == {"sha256": media.captions_sha256, "media_type": "text/vtt", "lang": "fa"}
    assert (entry["duration_ms"], entry["width"], entry["height"]) == (media.duration_ms, 160, 120)
    other = SimpleUploadedFile("y.srt", SRT.replace("بشویید", "نشویید").encode())
    set_captions(media, other, lang="fa", by=house.editor)
    page = sign_in(house.head).get(reverse("publishing:approval", args=[post.pk])).content.decode()
    assert '<video class="film"' in page and "دست‌ها را بشویید." in page and "نشویید" not in page
    assert blob.find(house.institution.pk, entry["captions"]["sha256"]) is not None


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (("video_too_long", "seconds", 200, 140), "ویدیو برای ایکس بلند است: ۲۰۰ ثانیه، و بیش از ۱۴۰ ثانیه نمی‌شود."),
        (("video_too_short", "seconds", 1, 3), "ویدیو برای ایکس کوتاه است: ۱ ثانیه، و دست‌کم ۳ ثانیه لازم است."),
        (("media_mixed", "images", 1, 0), "ایکس در یک پیام یا تصویر می‌پذیرد یا ویدیو، نه هر دو را."),
        (("too_few_media", "images", 0, 1), "ایکس پیام بی‌تصویر و بی‌ویدیو نمی‌پذیرد."),
        (("too_many_hashtags", "hashtags", 40, 30), "ایکس حداکثر ۳۰ هشتگ می‌پذیرد؛ اینجا ۴۰ هست."),
        (("too_many_media", "videos", 2, 1), "ایکس در یک پیام ۱ ویدیو می‌پذیرد؛ اینجا ۲ هست."),
    ],
)
def test_why_a_video_does_not_go_is_a_sentence(problem, sentence):
    told = dict(zip(("code", "unit", "actual", "limit"), problem, strict=True))
    assert copy_sentence(told, "x", "x") == sentence
