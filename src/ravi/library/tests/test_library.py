"""Images of a unit: kept with their words, seen by those in sight, refused with sentences."""

import hashlib
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, OperationalError, transaction
from django.urls import reverse
from PIL import Image

from ravi.core import blob
from ravi.library.errors import ImageRefused
from ravi.library.forms import ImageForm
from ravi.library.models import Media
from ravi.library.queries import media_visible_to
from ravi.library.services import add_image, edit_image


@pytest.fixture
def house(house):
    """The second factor is relaxed: these tests are about rights and images."""
    for institution in (house.institution, house.other_institution):
        institution.is_demo = True
        institution.save()
    for person in house.people().values():
        person.refresh_from_db()
    return house


def upload(name="پوستر.png", content=None, size=(40, 30)):
    out = io.BytesIO()
    Image.new("RGB", size, (10, 120, 90)).save(out, "PNG")
    return SimpleUploadedFile(name, content if content is not None else out.getvalue(), "image/png")


def kept(house, unit=None, by=None, **more):
    words = {"alt_text": "پوستر واکسن", "shows_people": False, **more}
    return add_image(upload(), unit=unit or house.hospital, by=by or house.officer, **words)


def test_an_image_is_kept_by_the_hash_of_what_was_drawn(house):
    media = kept(house)
    content = blob.get(house.institution.pk, media.sha256)
    assert hashlib.sha256(content).hexdigest() == media.sha256
    assert (media.media_type, media.size_bytes, media.width, media.height) == ("image/jpeg", len(content), 40, 30)
    assert (media.original_name, media.added_by) == ("پوستر.png", house.officer)


@pytest.mark.parametrize(
    "words", [{"alt_text": "  "}, {"shows_people": True}, {"shows_people": True, "consent_reference": " "}]
)
def test_words_and_consent_are_asked_for(house, words):
    with pytest.raises(ImageRefused):
        kept(house, **words)
    assert Media.objects.count() == 0


def test_the_database_keeps_no_face_without_consent(house):
    media = kept(house, shows_people=True, consent_reference="بایگانی ۱۲")
    with pytest.raises(IntegrityError, match="media_people_consented"), transaction.atomic():
        Media.objects.filter(pk=media.pk).update(consent_reference="")


@pytest.mark.parametrize("who", ["neighbour", "expert", "auditor"])
def test_an_image_of_the_unit_is_added_and_edited_by_its_writers(house, who):
    with pytest.raises(PermissionDenied):
        kept(house, by=getattr(house, who))
    with pytest.raises(PermissionDenied):
        edit_image(kept(house), by=getattr(house, who), alt_text="x", shows_people=False)


def test_images_in_sight_of_each_person(house):
    ours = kept(house)
    theirs = kept(house, unit=house.faculty, by=house.neighbour)
    seen = {name: set(media_visible_to(person)) for name, person in house.people().items()}
    both = {ours, theirs}
    assert seen == {
        "head": both,
        "editor": both,
        "expert": both,
        "auditor": both,
        "unit_head": {ours},
        "officer": {ours},
        "neighbour": {theirs},
        "outsider": set(),
    }


def test_forty_megabytes_are_refused_unread(house):
    class Huge(SimpleUploadedFile):
        def read(self, *args):
            raise AssertionError("it was read")

    huge = Huge("x.jpg", b"\xff\xd8\xff")
    huge.size = 40 * 1024 * 1024
    with pytest.raises(ImageRefused) as refused:
        add_image(huge, unit=house.hospital, by=house.officer, alt_text="x", shows_people=False)
    assert refused.value.code == "too_large"


def test_a_full_disk_is_a_sentence_and_the_rest_goes_on(house, monkeypatch):
    def full(*_args):
        raise OperationalError("could not extend file: No space left on device")

    monkeypatch.setattr(blob, "put", full)
    with pytest.raises(ImageRefused) as refused:
        kept(house)
    assert refused.value.code == "not_kept"
    assert Media.objects.count() == 0


def test_the_form_asks_in_sentences(house):
    form = ImageForm({"shows_people": "yes", "alt_text": ""}, {"image": upload(content=b"")}, prefix=None)
    assert set(form.errors) == {"image", "alt_text", "consent_reference"}
    good = {"shows_people": "yes", "alt_text": "دو پرستار", "consent_reference": "بایگانی ۱۲"}
    form = ImageForm(good, {"image": upload()})
    assert form.is_valid()
    assert form.save(unit=house.hospital, by=house.officer).shows_people is True


@pytest.mark.parametrize("name", ["media", "file"])
def test_pages_of_an_image_and_their_outsiders(house, sign_in, name):
    url = reverse(f"library:{name}", args=[kept(house).pk])
    seen = {who: sign_in(person).get(url).status_code for who, person in house.people().items()}
    assert {who for who, status in seen.items() if status == 404} == {"neighbour", "outsider"}
    assert {who for who, status in seen.items() if status == 200} == set(seen) - {"neighbour", "outsider"}


def test_a_stranger_is_sent_to_sign_in(house, client):
    assert client.get(reverse("library:file", args=[kept(house).pk])).status_code == 302


def test_the_bytes_are_served_private_and_unsniffed(house, sign_in):
    media = kept(house)
    client = sign_in(house.officer)
    answer = client.get(reverse("library:file", args=[media.pk]))
    assert answer.content == blob.get(house.institution.pk, media.sha256)
    assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]
    again = client.get(reverse("library:file", args=[media.pk]), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_words_are_edited_on_the_page(house, sign_in):
    media = kept(house)
    url = reverse("library:media", args=[media.pk])
    data = {"alt_text": "پوستر تازه", "shows_people": "no"}
    assert sign_in(house.auditor).post(url, data).status_code == 403
    assert sign_in(house.officer).post(url, {"alt_text": "", "shows_people": "no"}).status_code == 422
    assert sign_in(house.officer).post(url, data).status_code == 302
    media.refresh_from_db()
    assert media.alt_text == "پوستر تازه"


def test_a_file_that_the_page_cannot_keep_is_asked_for_again(house):
    """People sent the form once more without it, and wondered."""
    form = ImageForm({"alt_text": "", "shows_people": "no"}, {"image": upload()})
    assert set(form.errors) == {"alt_text", "image"} and "یک بار دیگر" in str(form.errors["image"])
    assert set(ImageForm({"alt_text": "", "shows_people": "no"}).errors) == {"alt_text", "image"}
    assert ImageForm({"alt_text": "پوستر", "shows_people": "no"}, {"image": upload()}).is_valid()
