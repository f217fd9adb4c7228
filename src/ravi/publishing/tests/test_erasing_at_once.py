"""Erasing something in the very moment in which somebody else uses it."""

import pytest

from conftest import build_house
from ravi.core import audit
from ravi.core.models import Blob
from ravi.core.tenancy import tenant
from ravi.delivery.models import Delivery
from ravi.library.errors import ImageRefused, MediaRefused
from ravi.library.models import Media
from ravi.library.services import add_image, erase_media, stamp_image
from ravi.library.tests.conftest import picture
from ravi.publishing import services
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.models import Post, PostMedia
from ravi.publishing.queries import shown_set
from tests.at_once import both, in_turn

from .conftest import approved, fields, open_channels, submitted

pytestmark = pytest.mark.database
SIDE = 33


def brought(house):
    return add_image(picture(SIDE), unit=house.hospital, by=house.officer, alt_text="پوستر", shows_people=False)


@pytest.fixture
def stage(fresh_database):
    house = build_house()
    with tenant(house.institution.pk):
        return house, open_channels(house), brought(house)


def refused(act, *kinds):
    """The act, with what it says when it cannot be; `said` collects it."""
    said: list[Exception] = []

    def attempt():
        try:
            act()
        except kinds as error:
            said.append(error)

    return attempt, said


def test_two_erasures_at_once_erase_once(stage):
    house, _channels, image = stage
    answers = both(house, *[lambda: erase_media(image, by=house.head, reason="consent")] * 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["MediaRefused", "int"]
    with tenant(house.institution.pk):
        assert not Blob.objects.filter(sha256=image.sha256).exists() and audit.verify(house.institution.pk) == []


def test_whoever_attaches_it_while_it_is_erased_is_told(stage):
    house, channels, image = stage
    attach, said = refused(
        lambda: services.start_post(house.hospital, fields(frozenset(), media_ids=(image.pk,)), by=house.officer),
        PublishingRefused,
    )
    in_turn(house, lambda: erase_media(image, by=house.head, reason="consent"), attach)
    with tenant(house.institution.pk):
        assert len(said) == 1 and not PostMedia.objects.exists()


def test_an_erasure_while_somebody_attaches_it_looks_again(stage):
    """Whoever erases has read the list; a message that came after it is not passed over in silence."""
    house, channels, image = stage
    erase, said = refused(lambda: erase_media(image, by=house.head, reason="consent"), MediaRefused)
    in_turn(
        house,
        lambda: services.start_post(house.hospital, fields(frozenset(), media_ids=(image.pk,)), by=house.officer),
        erase,
    )
    with tenant(house.institution.pk):
        assert len(said) == 1 and Media.objects.get().erased_at is None
        erase_media(image, by=house.head, reason="consent")
        assert Media.objects.get().erased_at


def test_a_yes_and_an_erasure_at_once_send_nothing_without_the_picture(stage):
    house, channels, image = stage
    with tenant(house.institution.pk):
        post = submitted(house, channels, media_ids=(image.pk,))
        digest = shown_set(post).digest
    both(
        house,
        lambda: services.approve_shown(post, by=house.expert, digest=digest),
        lambda: erase_media(image, by=house.head, reason="consent"),
    )
    with tenant(house.institution.pk):
        assert Media.objects.get().erased_at and Post.objects.get().state == "returned"
        assert set(Delivery.objects.values_list("state", flat=True)) <= {"cancelled"}


def test_sending_again_and_an_erasure_at_once(stage):
    house, channels, image = stage
    with tenant(house.institution.pk):
        post = approved(house, channels, media_ids=(image.pk,))
        Delivery.objects.filter(channel_id=channels.mastodon.pk).update(state="failed")
        lost = Delivery.objects.get(state="failed").pk
    again, _said = refused(lambda: services.send_again(post, [lost], by=house.editor), PublishingRefused)
    in_turn(house, again, lambda: erase_media(image, by=house.head, reason="consent"))
    with tenant(house.institution.pk):
        assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled", "failed"}


def test_the_same_bytes_brought_in_this_moment_are_there_afterwards(stage):
    house, _channels, image = stage
    for first, second in (
        (lambda: erase_media(image, by=house.head, reason="mistake"), lambda: elsewhere(house)),
        (lambda: elsewhere(house, house.headquarters, house.editor), lambda: erase_last(house)),
    ):
        in_turn(house, first, second)
        with tenant(house.institution.pk):
            assert Blob.objects.filter(sha256=image.sha256).exists()


def test_a_version_that_is_drawn_while_the_image_is_erased_is_not_kept(stage):
    house, _channels, _small = stage
    with tenant(house.institution.pk):
        image = add_image(
            picture(900, 700), unit=house.hospital, by=house.officer, alt_text="پوستر", shows_people=False
        )
    stamp, said = refused(lambda: stamp_image(image, by=house.officer), ImageRefused)
    in_turn(house, lambda: erase_media(image, by=house.head, reason="consent"), stamp)
    with tenant(house.institution.pk):
        assert len(said) == 1 and not Media.objects.filter(made_from=image).exists()


def elsewhere(house, unit=None, by=None):
    add_image(
        picture(SIDE),
        unit=unit or house.faculty,
        by=by or house.neighbour,
        alt_text="همان پوستر",
        shows_people=False,
    )


def erase_last(house):
    erase_media(Media.objects.get(unit=house.faculty), by=house.head, reason="mistake")
