"""Renditions of an image: one row per recipe whoever asks, bytes in the one store, gone with their image."""

import hashlib
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from conftest import build_house
from ravi.core import audit, blob, clock
from ravi.core.models import Blob
from ravi.core.tenancy import tenant
from ravi.library.models import Media, Rendition
from ravi.library.queries import erased_among, media_by_hash, renditions_of, renditions_visible_to
from ravi.library.services import add_image, erase_media, fit_images, fitting
from tests.at_once import both, in_turn

TALL = "jpeg 2560 4000000 0.8:1.91"
LIGHT = "jpeg 30 9000 any"


def kept(house, size=(40, 80)):
    out = io.BytesIO()
    Image.new("RGB", size, (10, 120, 90)).save(out, "PNG")
    upload = SimpleUploadedFile("x.png", out.getvalue(), "image/png")
    return add_image(upload, unit=house.hospital, by=house.officer, alt_text="پوستر", shows_people=False)


def draw_none(*_asked):
    raise AssertionError("it was drawn again")


def test_a_rendition_is_kept_by_the_hash_of_what_was_drawn(house):
    media = kept(house)
    fit_images({media.pk: [TALL, LIGHT]}, by=house.officer)
    tall = renditions_of([media.pk])[media.sha256, TALL]
    content = blob.get(house.institution.pk, tall.sha256)
    assert hashlib.sha256(content).hexdigest() == tall.sha256
    assert (tall.media_type, tall.width, tall.height, tall.size_bytes) == ("image/jpeg", 64, 80, len(content))
    assert Image.open(io.BytesIO(content)).size == (64, 80)
    assert media_by_hash([tall.sha256]) == {tall.sha256: media}
    last = audit.entries(house.institution.pk).last()
    assert last is not None and '"fit_image"' in last.body and audit.verify(house.institution.pk) == []


def test_asked_again_nothing_is_drawn(house, monkeypatch):
    media = kept(house)
    fit_images({media.pk: [TALL]}, by=house.officer)
    seq = audit.entries(house.institution.pk).count()
    monkeypatch.setattr(fitting, "draw_by", draw_none)
    fit_images({media.pk: [TALL]}, by=house.officer)
    fit_images({}, by=house.officer)
    assert (Rendition.objects.count(), audit.entries(house.institution.pk).count()) == (1, seq)


def test_what_cannot_be_drawn_costs_the_others_nothing(house):
    media, torn = kept(house), kept(house, (41, 80))
    sha256 = blob.put(house.institution.pk, b"\xff\xd8\xff torn", "image/jpeg")
    Media.objects.filter(pk=torn.pk).update(erased_at=None)
    torn = Media.objects.create(**_facts(torn) | {"sha256": sha256})
    fit_images({torn.pk: [TALL], media.pk: [TALL, "jpeg 2560 50 any"]}, by=house.officer)
    assert [(row.media_id, row.recipe) for row in Rendition.objects.all()] == [(media.pk, TALL)]


def _facts(media):
    return {field.attname: getattr(media, field.attname) for field in media._meta.concrete_fields if field.name != "id"}


def test_of_an_erased_image_nothing_is_drawn(house, monkeypatch):
    media = kept(house)
    erased = {"erased_at": clock.now(), "erased_by": house.head, "erase_reason": "رضایت پس گرفته شد"}
    Media.objects.filter(pk=media.pk).update(**erased)
    monkeypatch.setattr(fitting, "draw_by", draw_none)
    fit_images({media.pk: [TALL]}, by=house.officer)
    assert not Rendition.objects.exists()


def test_an_erased_image_takes_the_bytes_of_its_renditions_along(house):
    media, other = kept(house), kept(house, (80, 40))
    fit_images({media.pk: [TALL, LIGHT], other.pk: [LIGHT]}, by=house.officer)
    drawn = list(Rendition.objects.filter(media=media))
    assert erase_media(media, by=house.head, reason="consent") == 3
    left = set(Blob.objects.values_list("sha256", flat=True))
    assert left == {other.sha256, Rendition.objects.get(media=other).sha256}
    assert not renditions_visible_to(house.head).filter(media=media)
    # The rows stay, so that a copy that was sent with one can say what stood there.
    assert set(erased_among([one.sha256 for one in drawn]).values()) == {media}


def test_who_sees_the_image_sees_its_rendition(house, sign_in):
    media = kept(house)
    fit_images({media.pk: [TALL]}, by=house.officer)
    rendition = Rendition.objects.get()
    for institution in (house.institution, house.other_institution):
        institution.is_demo = True  # this is about rights, not about the second factor
        institution.save()
    url = reverse("library:rendition", args=[rendition.pk])
    seen = {who: sign_in(person).get(url) for who, person in house.people().items()}
    assert {who for who, answer in seen.items() if answer.status_code == 404} == {"neighbour", "outsider"}
    answer = seen["officer"]
    assert answer.content == blob.get(house.institution.pk, rendition.sha256)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "private" in answer["Cache-Control"] and answer["ETag"] == f'"{rendition.sha256}"'


@pytest.fixture
def stage(fresh_database):
    house = build_house()
    with tenant(house.institution.pk):
        return house, kept(house)


def test_two_at_once_leave_one_row(stage):
    house, media = stage
    answers = both(house, *[lambda: fit_images({media.pk: [TALL, LIGHT]}, by=house.officer)] * 2)
    assert answers == [None, None]
    with tenant(house.institution.pk):
        assert sorted(Rendition.objects.values_list("recipe", flat=True)) == [TALL, LIGHT]
        assert audit.entries(house.institution.pk).filter(body__contains="fit_image").count() == 1


def test_of_an_image_erased_meanwhile_nothing_comes_back(stage):
    house, media = stage
    erased = {"erased_at": clock.now(), "erased_by": house.head, "erase_reason": "رضایت پس گرفته شد"}
    in_turn(
        house,
        lambda: Media.objects.filter(pk=media.pk).update(**erased),
        lambda: fit_images({media.pk: [TALL]}, by=house.officer),
    )
    with tenant(house.institution.pk):
        assert not Rendition.objects.exists()
