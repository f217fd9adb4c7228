"""Programs keep videos: made anew as on the page, with captions and picture, once under one name."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ravi.accounts.rules import Verb
from ravi.api import rules
from ravi.library.models import Media
from ravi.library.tests.films import DEVICE, SOMEBODY, film
from tests.architecture.objects import _picture

pytestmark = pytest.mark.django_db
SRT = b"1\n00:00:00,000 --> 00:00:00,500\nhello\n"


@pytest.fixture(scope="module")
def bytes_of_a_film():
    return film(frames=5, said=SOMEBODY)


@pytest.fixture
def send(newsroom, bytes_of_a_film):
    """`send(program, …)` uploads the film with its words."""

    def post(asks, *, content=bytes_of_a_film, path="videos", headers=None, **more):
        said = {
            "unit_id": newsroom.hospital.pk,
            "alt_text": "شستن دست",
            "shows_people": "false",
            "video": SimpleUploadedFile("x.mp4", content, "video/mp4"),
        }
        return asks.client.post(f"/api/v1/{path}", said | more, headers=asks.headers | (headers or {}))

    return post


def test_it_is_made_anew_with_its_captions_and_picture(newsroom, program, send):
    officer = program(newsroom.officer)
    made = send(
        officer,
        captions=SimpleUploadedFile("x.srt", SRT, "text/plain"),
        captions_lang="en",
        picture=SimpleUploadedFile("x.jpg", _jpeg(), "image/jpeg"),
    )
    assert made.status_code == 201, made.json()
    told = made.json()
    assert (told["media_type"], told["captions_lang"], told["duration_ms"]) == ("video/mp4", "en", 200)
    assert officer.get(f"media/{told['id']}").json() == told
    content = b"".join(officer.get(f"media/{told['id']}/file"))
    assert content[4:8] == b"ftyp" and DEVICE.encode() not in content
    kept = Media.objects.get()
    assert (kept.unit, kept.added_by, bool(kept.captions_sha256)) == (newsroom.hospital, newsroom.officer, True)
    twin = send(officer)
    assert (twin.status_code, twin.json()["type"]) == (422, "urn:ravi:problem:here_already")


def test_under_one_name_it_is_kept_once(newsroom, program, send):
    officer, named = program(newsroom.officer), {"Idempotency-Key": "film"}
    first, again = (send(officer, headers=named) for _ in range(2))
    assert (first.status_code, again["Idempotency-Replayed"], first.json()) == (201, "true", again.json())
    other = send(officer, headers=named, content=b"other")
    assert other.status_code == 422
    assert Media.objects.count() == 1


def test_what_is_no_video_and_whose_it_is_not(newsroom, program, send):
    officer = program(newsroom.officer)
    refused = send(officer, content=b"no film")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:ravi:problem:not_a_video")
    assert send(officer, shows_people="true").json()["type"] == "urn:ravi:problem:no_consent"
    captions = SimpleUploadedFile("x.srt", b"words", "text/plain")
    assert send(officer, captions=captions).status_code == 422
    assert send(officer, unit_id=newsroom.faculty.pk).status_code == 404
    assert send(program(newsroom.auditor)).status_code == 403
    reads = program(newsroom.officer, verbs=(Verb.ADOPT,))
    assert send(reads).json()["type"] == "urn:ravi:problem:verb"
    assert not Media.objects.exists()


def test_only_a_video_may_be_as_large_as_one(newsroom, program, send, monkeypatch):
    monkeypatch.setattr(rules, "MOST_UPLOAD_BYTES", 10)
    officer = program(newsroom.officer)
    assert send(officer, path="media", image=_picture()).status_code == 413
    assert send(officer).status_code == 201
    monkeypatch.setattr(rules, "MOST_VIDEO_BYTES", 10)
    assert send(officer).status_code == 413


def _jpeg():
    import io

    from PIL import Image

    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(drawn, "JPEG")
    return drawn.getvalue()
