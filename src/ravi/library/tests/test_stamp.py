"""A unit's name on an image: a new image beside the old one, once, in the calmest corner, to be read on any ground."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageChops, ImageDraw

from ravi.core import blob
from ravi.core.models import AuditEntry
from ravi.library.card import Card, Shape, Theme
from ravi.library.errors import ImageRefused
from ravi.library.lettering.stamp import box_of, calmest, draw_stamp, plate_for, sign_for, stamped
from ravi.library.models import Media
from ravi.library.services import add_image, make_card, stamp_image
from ravi.library.stamp import CORNERS, DARK, LIGHT, SMALLEST_SIDE, Corner, Stamp, stamp_of
from ravi.library.tests.test_lettering import contrast


@pytest.fixture
def house(house):
    """The second factor is relaxed: these tests are about names on images."""
    house.institution.is_demo = True
    house.institution.save()
    for person in house.people().values():
        person.refresh_from_db()
    return house


OURS = Stamp("بیمارستان امید", "دانشگاه علوم پزشکی سپیدرود", Corner.CALMEST)


def picture(size=(900, 600), colour="#5577aa", mode="RGB"):
    return Image.new(mode, size, colour)


def noisy(quiet: Corner):
    """Stripes everywhere but in one corner."""
    image = picture()
    draw = ImageDraw.Draw(image)
    for at in range(0, 900, 6):
        draw.line([(at, 0), (900 - at, 600)], fill="#ffffff" if at % 12 else "#000000", width=2)
    box = box_of(quiet, sign_for(OURS, *image.size), *image.size)
    draw.rectangle(box, fill="#5577aa")
    return image


def upload(image, name="عکس.png"):
    out = io.BytesIO()
    image.save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def kept(house, image=None, **more):
    said = {"alt_text": "دو پرستار", "shows_people": True, "consent_reference": "بایگانی ۱۲"} | more
    return add_image(upload(image or picture()), unit=house.hospital, by=house.officer, **said)


@pytest.mark.parametrize("quiet", CORNERS)
def test_the_calmest_corner_is_found(quiet):
    image = noisy(quiet)
    assert calmest(image, sign_for(OURS, *image.size)) is quiet


@pytest.mark.parametrize("corner", CORNERS)
def test_only_the_corner_changes(corner):
    image = picture()
    done = stamped(image, Stamp(OURS.unit, OURS.institution, corner))
    left, top, right, bottom = box_of(corner, sign_for(OURS, *image.size), *image.size)
    changed = ImageChops.difference(image, done).getbbox()
    assert changed is not None
    assert left <= changed[0] and top <= changed[1] and changed[2] <= right + 1 and changed[3] <= bottom + 1


@pytest.mark.parametrize("plate", [LIGHT, DARK])
@pytest.mark.parametrize("below", [(0, 0, 0), (255, 255, 255), (128, 128, 128)])
def test_the_name_is_read_whatever_lies_below(plate, below):
    seen = (round(plate.cover * on + (1 - plate.cover) * under) for on, under in zip(plate.ground, below, strict=True))
    assert contrast(f"rgb{plate.name}", f"rgb{tuple(seen)}") >= 4.5


def test_the_plate_is_as_light_as_what_it_lies_on():
    box = (0, 0, 100, 50)
    assert plate_for(picture(colour="#eeeeee"), box) is LIGHT and plate_for(picture(colour="#222222"), box) is DARK


def test_the_name_grows_with_the_image_and_crosses_it_never():
    small, large = sign_for(OURS, 900, 600), sign_for(OURS, 2560, 1920)
    assert large.size > 2.5 * small.size
    long = Stamp("شبکهٔ بهداشت و درمان شهرستان‌های شمالی و مرکز آموزشی درمانی کودکان " * 2, "دانشگاه", Corner.CALMEST)
    for width, height in [(SMALLEST_SIDE, 2000), (SMALLEST_SIDE, SMALLEST_SIDE), (900, 600), (2000, 320)]:
        assert sign_for(long, width, height).width <= width * 0.75


def test_a_headquarters_of_the_same_name_says_it_once():
    assert stamp_of("دانشگاه", "دانشگاه", Corner.CALMEST).institution == ""


def test_what_is_transparent_stays_transparent():
    out = io.BytesIO()
    picture(colour=(10, 20, 30, 0), mode="RGBA").save(out, "PNG")
    content, media_type, *_sides = draw_stamp(out.getvalue(), OURS)
    back = Image.open(io.BytesIO(content))
    assert (media_type, back.mode, back.getpixel((450, 20))[3]) == ("image/png", "RGBA", 0)


def test_a_stamped_image_is_a_new_one_with_everything_that_is_said_of_the_old(house):
    original = kept(house)
    before = blob.get(house.institution.pk, original.sha256)
    made = stamp_image(original, by=house.officer)
    assert made.pk != original.pk and made.sha256 != original.sha256
    assert (made.made_as, made.made_from, made.unit) == ("stamped", original, house.hospital)
    assert (made.alt_text, made.shows_people, made.consent_reference) == ("دو پرستار", True, "بایگانی ۱۲")
    assert (made.width, made.height, made.recipe["unit"]) == (900, 600, house.hospital.name)
    assert blob.get(house.institution.pk, original.sha256) == before
    assert AuditEntry.objects.filter(verb="stamp_image", subject_id=str(made.pk)).count() == 1


def test_twice_is_once_and_a_name_never_lies_on_a_name(house):
    original = kept(house)
    made = stamp_image(original, by=house.officer)
    assert stamp_image(original, by=house.unit_head) == made
    assert stamp_image(made, by=house.officer) == made
    card = make_card(Card("", "سلام", Shape.SQUARE, Theme.PAPER, "x", "y"), unit=house.hospital, by=house.officer)
    assert stamp_image(card, by=house.officer) == card
    assert Media.objects.count() == 3


def test_a_chosen_corner_is_another_image(house):
    original = kept(house)
    made = {stamp_image(original, by=house.officer, corner=corner).pk for corner in CORNERS}
    assert len(made) == 4


@pytest.mark.parametrize("who", ["neighbour", "expert", "auditor"])
def test_names_are_put_on_images_by_the_units_writers(house, who):
    with pytest.raises(PermissionDenied):
        stamp_image(kept(house), by=getattr(house, who))


def test_an_image_too_small_for_a_name_says_so(house):
    with pytest.raises(ImageRefused) as refused:
        stamp_image(kept(house, picture((319, 900))), by=house.officer)
    assert refused.value.code == "too_small_for_name" and "۳۲۰" in str(refused.value)


def test_the_button_on_an_images_page(house, sign_in):
    original, browser = kept(house), sign_in(house.officer)
    page = reverse("library:media", args=[original.pk])
    url = reverse("library:stamp", args=[original.pk])
    assert url in browser.get(page).content.decode()
    for _click in range(2):
        answer = browser.post(url, {"stamp-corner": "top-left"})
        made = Media.objects.get(made_as="stamped")
        assert answer["Location"] == reverse("library:media", args=[made.pk])
    assert made.recipe["corner"] == "top-left"
    seen = browser.get(answer["Location"]).content.decode()
    assert page in seen and reverse("library:stamp", args=[made.pk]) not in seen
    assert sign_in(house.auditor).post(url).status_code == 403
    assert sign_in(house.neighbour).post(url).status_code == 404
