"""Videos of a unit: kept with words, picture and captions, served by parts, refused with sentences."""

import io
from functools import cache

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.urls import reverse
from PIL import Image

from ravi.core import blob
from ravi.core.models import AuditEntry, Blob
from ravi.library.forms.video import VideoForm
from ravi.library.models import Media
from ravi.library.services import add_video, choose_picture, edit_video, set_captions
from ravi.library.tests import films
from ravi.library.tests.test_library import house  # noqa: F401 -- a fixture
from ravi.library.video_errors import VideoAlreadyHere, VideoRefused

SRT = "1\n00:00:00,000 --> 00:00:00,800\nدست‌ها را بشویید.\n"


@cache
def small():
    return films.film(frames=50, black=10)


def upload(content=None, name="فیلم.mp4"):
    return SimpleUploadedFile(name, small() if content is None else content, "video/mp4")


def words_file(text=SRT):
    return SimpleUploadedFile("x.srt", text.encode())


def image_file(mode="RGB"):
    out = io.BytesIO()
    Image.new(mode, (64, 48), (200, 30, 30, 90)[: len(mode)]).save(out, "PNG")
    return SimpleUploadedFile("x.png", out.getvalue(), "image/png")


def kept(house, by=None, unit=None, **more):  # noqa: F811
    said = {"alt_text": "پرستار دست می‌شوید", "shows_people": False, **more}
    return add_video(upload(), unit=unit or house.hospital, by=by or house.officer, **said)


def refusal(call, *arguments, **named):
    with pytest.raises(VideoRefused) as refused:
        call(*arguments, **named)
    return refused.value.code, refused.value.field


def test_a_video_is_kept_with_its_picture_and_its_captions(house):  # noqa: F811
    media = kept(house, captions_file=words_file(), captions_lang="fa")
    content, kind = blob.find(house.institution.pk, media.sha256)
    assert (kind, media.media_type, media.size_bytes) == ("video/mp4", "video/mp4", len(content))
    assert (media.width, media.height, media.duration_ms, media.is_video) == (160, 120, 2000, True)
    picture, kind = blob.find(house.institution.pk, media.thumbnail_sha256)
    assert kind == "image/jpeg" and max(Image.open(io.BytesIO(picture)).convert("L").getextrema()) > 150
    said, kind = blob.find(house.institution.pk, media.captions_sha256)
    assert kind == "text/vtt" and said.decode().startswith("WEBVTT\n\n00:00:00.000 --> 00:00:00.800\nدست‌ها")
    assert (media.captions_lang, media.original_name) == ("fa", "فیلم.mp4")
    assert AuditEntry.objects.filter(verb="add_video", subject_id=str(media.pk)).count() == 1


def test_the_same_video_is_kept_once_in_a_unit_and_its_bytes_once_in_the_house(house):  # noqa: F811
    first = kept(house)
    with pytest.raises(VideoAlreadyHere) as refused:
        kept(house)
    assert refused.value.media == first
    said = {"alt_text": "همان فیلم", "shows_people": False}
    theirs = add_video(upload(), unit=house.faculty, by=house.neighbour, **said)
    assert theirs.sha256 == first.sha256 and Blob.objects.filter(sha256=first.sha256).count() == 1


@pytest.mark.parametrize("who", ["neighbour", "expert", "auditor"])
def test_only_the_units_writers_bring_and_change_its_videos(house, who):  # noqa: F811
    person = getattr(house, who)
    with pytest.raises(PermissionDenied):
        kept(house, by=person)
    media = kept(house)
    for change in (
        lambda: edit_video(media, by=person, alt_text="x", shows_people=False),
        lambda: choose_picture(media, by=person, at_ms=0),
        lambda: set_captions(media, None, by=person),
    ):
        with pytest.raises(PermissionDenied):
            change()


def test_words_consent_and_a_language_are_asked_for(house):  # noqa: F811
    assert refusal(kept, house, alt_text=" ") == ("no_alt_text", "alt_text")
    assert refusal(kept, house, shows_people=True) == ("no_consent", "consent_reference")
    assert refusal(kept, house, captions_file=words_file()) == ("captions_no_language", "captions_lang")
    assert refusal(kept, house, captions_file=words_file("x"), captions_lang="fa") == ("no_timing", "captions")
    late = SRT.replace("00:00:00,000", "00:00:02,000").replace("00,800", "03,000")
    assert refusal(kept, house, captions_file=words_file(late), captions_lang="fa") == ("past_the_end", "captions")
    assert refusal(kept, house, picture=image_file("RGBA")) == ("see_through", "picture")
    assert refusal(kept, house, picture=upload()) == ("not_an_image", "picture")
    assert Media.objects.count() == 0


def test_an_image_may_be_the_picture_or_the_frame_of_a_second(house):  # noqa: F811
    media = kept(house, picture=image_file())
    assert Image.open(io.BytesIO(blob.get(house.institution.pk, media.thumbnail_sha256))).size == (64, 48)
    choose_picture(media, by=house.officer, at_ms=0)
    dark = blob.get(house.institution.pk, media.thumbnail_sha256)
    assert max(Image.open(io.BytesIO(dark)).convert("L").getextrema()) < 60
    assert refusal(choose_picture, media, by=house.officer, at_ms=2000) == ("no_such_moment", "second")


def test_captions_come_and_go(house):  # noqa: F811
    media = kept(house)
    set_captions(media, words_file(), lang="ckb", by=house.officer)
    media.refresh_from_db()
    assert media.captions_lang == "ckb" and media.captions_sha256
    set_captions(media, None, by=house.officer)
    media.refresh_from_db()
    assert (media.captions_lang, media.captions_sha256) == ("", "")


def test_a_full_disk_is_a_sentence(house, monkeypatch):  # noqa: F811
    def full(*_args):
        raise OperationalError("could not extend file: No space left on device")

    monkeypatch.setattr(blob, "put", full)
    assert refusal(kept, house) == ("not_kept", "video")
    assert Media.objects.count() == 0


def test_the_form_asks_in_sentences(house):  # noqa: F811
    empty = {"video": upload(b""), "picture": image_file(), "captions": words_file("")}
    form = VideoForm({"alt_text": "", "shows_people": "yes", "captions_lang": "xx"}, empty)
    assert set(form.errors) == {"video", "alt_text", "consent_reference", "captions", "captions_lang"}
    form = VideoForm({"alt_text": "فیلم", "shows_people": "no", "captions_lang": "fa"}, {"video": upload()})
    assert form.is_valid() and form.save(unit=house.hospital, by=house.officer).captions_lang == ""


def of(media, name):
    return reverse(f"library:{name}", args=[media.pk])


def test_a_player_gets_the_part_that_it_asks_for(house, sign_in):  # noqa: F811
    media = kept(house)
    whole = blob.get(house.institution.pk, media.sha256)
    client, size = sign_in(house.officer), len(whole)

    def asked(span, **headers):
        answer = client.get(of(media, "file"), headers={"Range": span, "Accept-Encoding": "gzip", **headers})
        return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content

    answer, content = asked("bytes=10-19")
    assert (answer.status_code, content) == (206, whole[10:20])
    assert (answer["Content-Range"], answer["Content-Length"]) == (f"bytes 10-19/{size}", "10")
    assert "Content-Encoding" not in answer
    for span, part in (("bytes=0-", whole), ("bytes=-7", whole[-7:]), (f"bytes=5-{size + 99}", whole[5:])):
        answer, content = asked(span)
        assert (answer.status_code, content) == (206, part), span
    for span in (f"bytes={size}-", "bytes=-0"):
        answer, _content = asked(span)
        assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{size}")
    for span in ("", "lines=1-2", "bytes=1-2,5-6", "bytes=9-3", "bytes=-"):
        answer, content = asked(span)
        assert (answer.status_code, content) == (200, whole), span
    answer, content = asked("bytes=0-3", **{"If-Range": '"another"'})
    assert (answer.status_code, content) == (200, whole)


def test_the_video_is_served_private_and_unsniffed(house, sign_in):  # noqa: F811
    media = kept(house)
    answer = sign_in(house.officer).get(of(media, "file"))
    assert answer["Content-Type"] == "video/mp4" and answer["Accept-Ranges"] == "bytes"
    assert answer["X-Content-Type-Options"] == "nosniff" and "private" in answer["Cache-Control"]
    assert "media-src 'self'" in answer["Content-Security-Policy"]
    again = sign_in(house.officer).get(of(media, "file"), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_page_plays_it_and_takes_another_picture_and_captions(house, sign_in):  # noqa: F811
    media = kept(house)
    client = sign_in(house.officer)
    page = client.get(of(media, "media")).content.decode()
    assert '<video class="film" controls preload="metadata"' in page and "<track" not in page
    assert client.get(of(media, "captions")).status_code == 404
    saved = client.post(of(media, "captions"), {"captions": words_file(), "captions_lang": "fa"})
    assert saved.status_code == 302
    page = client.get(of(media, "media")).content.decode()
    assert '<track kind="captions"' in page and "دست‌ها را بشویید." in page
    captions = client.get(of(media, "captions"))
    assert captions["Content-Type"] == "text/vtt; charset=utf-8" and captions.content.startswith(b"WEBVTT")
    before = client.get(of(media, "picture"))
    assert before["Content-Type"] == "image/jpeg"
    assert client.post(of(media, "picture"), {"second": "۰٫۱"}).status_code == 302
    assert client.get(of(media, "picture")).content != before.content
    assert client.post(of(media, "picture"), {"second": "99"}).status_code == 422
    assert client.post(of(media, "picture"), {}).status_code == 422
    wrong = client.post(of(media, "captions"), {"captions": words_file("x"), "captions_lang": "fa"})
    assert wrong.status_code == 422 and "سطر ۱" in wrong.content.decode()
    assert sign_in(house.auditor).post(of(media, "picture"), {"second": "0"}).status_code == 403
